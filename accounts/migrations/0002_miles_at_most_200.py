from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_initial'),
    ]

    operations = [
        migrations.AddConstraint(
            model_name='traineeprofile',
            constraint=models.CheckConstraint(condition=models.Q(('miles__lte', 200)), name='trainee_miles_at_most_200', violation_error_message='The farthest that can be matched is 200 miles.'),
        ),
    ]
