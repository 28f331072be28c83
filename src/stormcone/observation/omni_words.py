"""Words of OMNI2 that we use, in the yearly files and in OMNIWeb's listings."""

from msgspec import Struct


class Word(Struct, frozen=True):
    """A column: quantity, place in the yearly file, fill, heading in a listing, span, scale."""

    quantity: str
    place: int
    fill: float
    heading: str
    span_s: float = 3_600


# https://omniweb.gsfc.nasa.gov/html/ow_data.html
WORDS = (
    Word("bt_nt", 8, 999.9, r"Scalar B, nT"),
    Word("bx_gse_nt", 12, 999.9, r"BX, nT \(GSE.*"),
    Word("by_gse_nt", 13, 999.9, r"BY, nT \(GSE\)"),
    Word("bz_gse_nt", 14, 999.9, r"BZ, nT \(GSE\)"),
    Word("by_gsm_nt", 15, 999.9, r"BY, nT \(GSM\)"),
    Word("bz_gsm_nt", 16, 999.9, r"BZ, nT \(GSM\)"),
    Word("solar_wind_temperature_k", 22, 9999999.0, r"SW Plasma Temperature, K"),
    Word("solar_wind_density_cm3", 23, 999.9, r"SW Proton Density, N/cm\^3"),
    Word("solar_wind_speed_km_s", 24, 9999.0, r"SW Plasma Speed, km/s"),
    Word("solar_wind_pressure_npa", 28, 99.99, r"Flow pressure.*"),
    Word("kp", 38, 99, r"Kp index", 10_800),
    Word("dst_nt", 40, 99999, r"Dst.*"),
    Word("sym_h_nt", -1, 99999, r"SYM/H, nT", 300),
)
