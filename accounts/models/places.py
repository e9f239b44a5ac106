from django.db import models
from django.db.models import F, FloatField, Value
from django.db.models.functions import ACos, Cos, Greatest, Least, Radians, Sin

EARTH_MILES = 3958.8


class Zip(models.Model):
    """A ZIP code and the middle of its area. Source: the `zipcodes` package (US postal ZIP codes, with centroids)."""

    code = models.CharField(max_length=5, primary_key=True)
    city = models.CharField(max_length=60)
    county = models.CharField(max_length=60)
    state = models.CharField(max_length=2)
    latitude = models.FloatField()
    longitude = models.FloatField()

    class Meta:
        ordering = ["code"]

    def __str__(self):
        return f"{self.code} {self.city}"


def miles_from(origin: Zip, latitude: str = "latitude", longitude: str = "longitude"):
    """SQL expression: great-circle miles from `origin` to the row's point."""
    lat1, lon1 = Radians(Value(origin.latitude)), Radians(Value(origin.longitude))
    lat2, lon2 = Radians(F(latitude)), Radians(F(longitude))
    cosine = Sin(lat1) * Sin(lat2) + Cos(lat1) * Cos(lat2) * Cos(lon2 - lon1)
    # Rounding can push the cosine past 1 for a place and itself.
    return Value(EARTH_MILES) * ACos(Least(Value(1.0), Greatest(Value(-1.0), cosine)), output_field=FloatField())
