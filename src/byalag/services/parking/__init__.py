"""Where is there a free spot, whoever operates it?"""

from byalag.services._history import HistoryOf, Period, PropertyHistory, Summary, Value
from byalag.services._places import DatasetRef, FindPlaces, MunicipalityRef, OnePlace
from byalag.services.parking._answers import FreeSpots, ParkingFacility, State

__all__ = [
    "DatasetRef",
    "FindPlaces",
    "FreeSpots",
    "HistoryOf",
    "MunicipalityRef",
    "OnePlace",
    "ParkingFacility",
    "Period",
    "PropertyHistory",
    "State",
    "Summary",
    "Value",
]
