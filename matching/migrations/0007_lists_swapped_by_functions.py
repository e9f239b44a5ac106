from django.db import migrations

from matching import sql

DROP = """
DROP FUNCTION matching_list_begin(text), matching_list_key(text), matching_lists_lock(),
    matching_list_swap(text, boolean), matching_lists_forget();
"""


class Migration(migrations.Migration):
    dependencies = [("matching", "0006_whoever_found_work_rests")]
    operations = [migrations.RunSQL(sql.text("swap"), DROP)]
