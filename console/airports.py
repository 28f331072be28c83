"""Bake src/look/airports.json: the airports that the maps may name.

Positions come from PyPI `airportsdata` (MIT). It is not a dependency of the project; install it
beside it and run: `PYTHONPATH=FOLDER python console/airports.py`.
A row is [ICAO location indicator, latitude, longitude, weight]; weight 3 is named wherever there
is room, 2 on closer views, 1 on polar insets and the globe.
"""

import json
from pathlib import Path

import airportsdata

OUT = Path(__file__).parent / "src/look/airports.json"

WEIGHT_3 = """
BIKF CYVR CYYZ EGLL FAOR KJFK KLAX LFPG MMMX NZAA OMDB PANC PHNL RJTT SAEZ SBGR SCEL UUEE VABB
VHHH WSSS YPPH YSSY ZBAA HKJK DNMM UNNT ENSB
"""
WEIGHT_2 = """
CYUL CYYR CYQX CYWG CYYC CYEG CYXE CYFB CYZF CYXY CYEV CYRB CYVP BGSF BGBW BGTL BIRK KBOS KIAD KORD
KMSP KDEN KSEA KSFO KATL KMIA KDFW KIAH PAFA PABR PAOM PACD PASY RJCC RJAA RKSI RCTP ZSPD ZGGG ZUUU
ZWWW ZYHB ZMCK UHMA UHPP UHHH UHWW UEEE UIII UNKL UOOO UODD USTR USSS UWWW ULLI ULMM ULAA UUYY
UAAA UACC EFHK EFRO ESSA ESNQ ENGM ENTC ENVA EKCH EVRA EPWA EDDF EHAM LOWW LSZH LEMD LPPT LPLA LPPD
LIRF LGAV LTFM LLBG OEJN OERK OIIE OPKC VIDP VOMM VCBI VTBS WMKK WIII RPLL YBBN YMML YPAD YPDN
YMHB YWLM NZCH NZWN NZDN NTAA NFFN PGUM FMEE FIMP FACT FALE FBSK FLKK FNLU GMMN GOBD DAAG HECA HAAB
HSSK DTTA SKBO SEQM SPJC SLLP SBBR SBRJ SBPA SUMU SAWH SCCI SAWG SARI EGYP FHSH TJSJ MKJP MROC MUHA
NZIR NZSP SCRM
"""
WEIGHT_1 = """
CYBR CYHZ CYYT CYOW CYQR CYGW CYUX CYCB CYIO CYLT CYEU CYPC CYHK CYCO CYBK CYTE CYVO CYHI CYZS
BGKK BGGH BGJN BGUK BGCO BGUQ BGQQ BIAR BIEG EGPF EGPD EGPO EGPB EGPK EGAA EIDW EINN EKVG EKBI ENBR
ENBO ENKR ENNA ENAN ENJA ESNU ESNN EFOU EFIV EFKT EETN EYVI EDDH EDDM EDDB EBBR UMMS UKBB UWKD UWUU
USMU USRR USCC USPP UNNT UNTT UOHH UOTT UESO UEST UERR UELL UHMM UHMD UHMP UHSS UIBB UIAA UIUU UAKK
UASK ULPB ULOL ZMUB ZYYY ZYMD RJSN RJCB PABE PADQ PADU PAKN PAJN PAKT PASC PAOT PAMY PAWD PAPB KGEG
KBIL KDLH KBGR KBZN KGTF KFAR
"""


def rows(known: dict[str, dict[str, object]]) -> list[list[object]]:
    """Return the rows of every named airport that is known, heaviest first."""
    weights = {code: 1 for code in WEIGHT_1.split()}
    weights |= {code: 2 for code in WEIGHT_2.split()}
    weights |= {code: 3 for code in WEIGHT_3.split()}
    found = [
        [
            code,
            round(float(str(known[code]["lat"])), 2),
            round(float(str(known[code]["lon"])), 2),
            weight,
        ]
        for code, weight in weights.items()
        if code in known
    ]
    return sorted(found, key=lambda row: (-int(str(row[3])), str(row[0])))


def main() -> None:
    """Write the file and say which codes were not found."""
    known = airportsdata.load("ICAO")
    found = rows(known)
    lines = ",\n".join(json.dumps(row, separators=(",", ":")) for row in found)
    OUT.write_text(f"[\n{lines}\n]\n")
    named = set((WEIGHT_1 + WEIGHT_2 + WEIGHT_3).split())
    print(f"{len(found)} airports; unknown: {' '.join(sorted(named - known.keys())) or 'none'}")


if __name__ == "__main__":
    main()
