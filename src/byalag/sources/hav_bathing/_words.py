"""HaV's code numbers in our words. Their own Swedish words are passed on beside them."""

from typing import Final

WATER: Final = {1: "sea", 3: "lake"}
QUALITY: Final = {
    0: "notClassified", 1: "excellent", 2: "good", 3: "sufficient", 4: "poor", 6: "new",
}  # fmt: skip
ASSESSMENT: Final = {1: "fit", 2: "fitWithRemark", 3: "unfit", 4: "unknown"}
ALGAL: Final = {3: "bloom", 4: "noBloom", 5: "unknown"}
ADVICE: Final = {2: "algalBloom"}
