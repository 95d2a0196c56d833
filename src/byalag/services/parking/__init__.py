"""Where is there a free spot, whoever operates it?"""

from byalag.services._history import HistoryOf, Period, PropertyHistory, Summary, Value
from byalag.services._places import DatasetRef, FindPlaces, MunicipalityRef, OnePlace
from byalag.services.parking._answers import FreeSpots, ParkingFacility, State
from byalag.services.parking._questions import (
    FindParkingFacilities,
    OneParkingFacility,
    ParkingFacilityHistory,
    declare,
    parking_facilities,
    parking_facility,
    parking_facility_history,
)
from byalag.services.parking._tell import Settings

__all__ = [
    "DatasetRef",
    "FindParkingFacilities",
    "FindPlaces",
    "FreeSpots",
    "HistoryOf",
    "MunicipalityRef",
    "OneParkingFacility",
    "OnePlace",
    "ParkingFacility",
    "ParkingFacilityHistory",
    "Period",
    "PropertyHistory",
    "Settings",
    "State",
    "Summary",
    "Value",
    "declare",
    "parking_facilities",
    "parking_facility",
    "parking_facility_history",
]
