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
from byalag.services.baths._questions import (
    BathingPlaceHistory,
    FindBathingPlaces,
    OneBathingPlace,
    bathing_place,
    bathing_place_history,
    bathing_places,
    declare,
)
from byalag.services.baths._tell import Settings

__all__ = [
    "Advice",
    "BathingPlace",
    "BathingPlaceHistory",
    "DatasetRef",
    "FindBathingPlaces",
    "FindPlaces",
    "HistoryOf",
    "MunicipalityRef",
    "OneBathingPlace",
    "OnePlace",
    "Period",
    "PropertyHistory",
    "Quality",
    "Sample",
    "Season",
    "Settings",
    "Summary",
    "Temperature",
    "Value",
    "bathing_place",
    "bathing_place_history",
    "bathing_places",
    "declare",
]
