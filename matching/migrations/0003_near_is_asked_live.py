from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('matching', '0002_projections'),
    ]

    operations = [
        # Asked live from now on; nobody was told of these rows.
        migrations.RunSQL("DELETE FROM matching_match WHERE state = 'near'", migrations.RunSQL.noop),
        migrations.RemoveField(
            model_name='match',
            name='missing',
        ),
        migrations.AlterField(
            model_name='match',
            name='state',
            field=models.CharField(choices=[('fits', 'passes every gate'), ('ask', 'fits once a question is answered'), ('ended', 'no longer')], max_length=6),
        ),
    ]
