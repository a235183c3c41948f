"""Selections that count since the last reset only."""

from tests.services.reads.field_probes import Probe, shows


def since_reset(one, two, total):
    """Selections of 50 and 60 cents that only count since the last reset."""
    return shows(
        {
            "02": ["PA1*02*50", f"PA2*0*0*{one}*{one * 50}"],
            "03": ["PA1*03*60", f"PA2*0*0*{two}*{two * 60}"],
        },
        total,
    )


RESETS = {
    "at every read": Probe(
        [
            since_reset(84, 78, (175735, 3264, 8880, 162)),
            since_reset(80, 110, (186335, 3454, 10600, 190)),
            since_reset(50, 50, (191835, 3554, 5500, 100)),
        ],
        290,
        16100,
    ),
    "at some reads": Probe(
        [
            since_reset(84, 78, (175735, 3264, 8880, 162)),
            since_reset(90, 80, (176155, 3272, 9300, 170)),
            since_reset(10, 10, (177255, 3292, 1100, 20)),
            since_reset(15, 11, (177565, 3298, 1410, 26)),
        ],
        34,
        420 + 1100 + 310,
    ),
    "never": Probe(
        [
            since_reset(84, 78, (175735, 3264, 8880, 162)),
            since_reset(90, 80, (176155, 3272, 9300, 170)),
            since_reset(94, 90, (176955, 3286, 10100, 184)),
        ],
        22,
        1220,
    ),
    "nothing sold": Probe(
        [
            since_reset(84, 78, (175735, 3264, 8880, 162)),
            since_reset(0, 0, (175735, 3264, 0, 0)),
            since_reset(4, 5, (176235, 3273, 500, 9)),
        ],
        9,
        500,
    ),
    "one selection more since the reset than before": Probe(
        [
            since_reset(4, 78, (175735, 3264, 4880, 82)),
            since_reset(6, 10, (176635, 3280, 900, 16)),
        ],
        16,
        900,
    ),
    "without VA1 since initialisation": Probe(
        [
            since_reset(84, 78, ("", "", 8880, 162)),
            since_reset(80, 110, ("", "", 10600, 190)),
        ],
        0,
        says="since the last reset",
    ),
    "without VA1": Probe(
        [since_reset(84, 78, None), since_reset(80, 110, None)],
        190,
        10600,
        says="no total of the machine tells since when",
    ),
    "money of VA1 only": Probe(
        [
            since_reset(84, 78, (175735, "", 8880, "")),
            since_reset(80, 110, (186335, "", 10600, "")),
        ],
        190,
        10600,
    ),
    "with CA2 only": Probe(
        [
            shows({"02": ["PA1*02*50", "PA2*0*0*84*4200"]}, None, more=["CA2*175735*3264*4200*84"]),
            shows({"02": ["PA1*02*50", "PA2*0*0*80*4000"]}, None, more=["CA2*179735*3344*4000*80"]),
        ],
        80,
        4000,
    ),
    "fields left empty": Probe(
        [
            shows({"02": ["PA1*02*50", "PA2***84*4200"]}, (175735, 3264, 4200, 84)),
            shows({"02": ["PA1*02*50", "PA2***80*4000"]}, (179735, 3344, 4000, 80)),
        ],
        80,
        4000,
    ),
    "the second pair runs on": Probe(
        [
            shows({"02": ["PA1*02*50", "PA2*0*0*1000*50000"]}, (50000, 1000, 4200, 84)),
            shows({"02": ["PA1*02*50", "PA2*0*0*1080*54000"]}, (54000, 1080, 4000, 80)),
        ],
        80,
        4000,
    ),
    "the second pair runs on and equals both at first": Probe(
        [
            shows({"02": ["PA1*02*50", "PA2*0*0*1000*50000"]}, (50000, 1000, 50000, 1000)),
            shows({"02": ["PA1*02*50", "PA2*0*0*1080*54000"]}, (54000, 1080, 4000, 80)),
        ],
        80,
        4000,
    ),
    "a read between is missing": Probe(
        [
            since_reset(84, 78, (175735, 3264, 8880, 162)),
            since_reset(50, 50, (191835, 3554, 5500, 100)),
        ],
        0,
        says="290 units more than the selections say",
        unbooked=290,
    ),
    "init stands still": Probe(
        [
            shows({"02": ["PA1*02*50", "PA2*700*35000*84*4200"]}, (175735, 3264, 4200, 84)),
            shows({"02": ["PA1*02*50", "PA2*700*35000*80*4000"]}, (179735, 3344, 4000, 80)),
        ],
        80,
        4000,
    ),
}
