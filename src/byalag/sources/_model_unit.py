"""The units that the Smart Data Models give their attributes, for brokers that state none."""

from typing import Final

MODEL_UNITS: Final = {
    "airTemperature": "Cel",
    "atmosphericPressure": "hPa",
    "dewPoint": "Cel",
    "feelsLikeTemperature": "Cel",
    "illuminance": "lx",
    "precipitation": "mm",
    "soilTemperature": "Cel",
    "solarRadiation": "W/m2",
    "temperature": "Cel",
    "waterTemperature": "Cel",
    "windDirection": "deg",
    "windSpeed": "m/s",
}
