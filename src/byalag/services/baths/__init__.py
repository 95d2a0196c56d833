"""How warm is the water, and is it advised to bathe?"""

from byalag.services._history import HistoryOf, Period, PropertyHistory, Summary, Value
from byalag.services._places import DatasetRef, FindPlaces, MunicipalityRef, OnePlace
from byalag.services.baths._answers import (
    Advice,
    BathingPlace,
    Quality,
    Sample,
    Season,
    Temperature,
)

__all__ = [
    "Advice",
    "BathingPlace",
    "DatasetRef",
    "FindPlaces",
    "HistoryOf",
    "MunicipalityRef",
    "OnePlace",
    "Period",
    "PropertyHistory",
    "Quality",
    "Sample",
    "Season",
    "Summary",
    "Temperature",
    "Value",
]
