"""Currencies with other decimals than two, and audits that lie about them."""

from tests.services.reads.field_probes import Probe, shows

YEN, FILS, MILLIMES = "ID4*0*392*JPY", "ID4*3*414*KWD", "ID4*3*788*TND"
MONEY = {
    "yen": Probe(
        [shows({"11": n}, price=120, id4=YEN) for n in (10, 20)], 10, 1200, currency="JPY"
    ),
    "yen, one-digit prices": Probe(
        [shows({"11": n}, price=9, id4=YEN) for n in (10, 20)], 10, 90, currency="JPY"
    ),
    "yen that says two decimals": Probe(
        [shows({"11": n}, price=120, id4="ID4*2*392*JPY") for n in (10, 20)],
        10,
        1200,
        currency="JPY",
        says="decimals",
    ),
    "yen without ID4": Probe(
        [shows({"11": n}, price=120, id4="") for n in (10, 20)], 10, 1200, currency="JPY"
    ),
    "won in hundredths": Probe(
        [shows({"11": n}, price=120000, id4="ID4*2*410*KRW") for n in (10, 20)],
        10,
        12000,
        currency="KRW",
    ),
    "fils": Probe(
        [shows({"11": n}, price=150, id4=FILS) for n in (10, 21)], 11, 1650, currency="KWD"
    ),
    "millimes": Probe(
        [shows({"11": n}, price=1500, id4=MILLIMES) for n in (10, 21)], 11, 16500, currency="TND"
    ),
    "dinar in hundredths": Probe(
        [shows({"11": n}, price=15, id4="ID4*2*48*BHD") for n in (10, 21)],
        11,
        1650,
        currency="BHD",
    ),
    "dinar without ID4": Probe(
        [shows({"11": n}, price=150, id4="") for n in (10, 21)], 11, 1650, currency="KWD"
    ),
    "euro without decimals": Probe(
        [shows({"11": n}, price=2, id4="ID4*0*978*EUR") for n in (10, 20)], 10, 2000
    ),
    "euro that says no decimals": Probe(
        [shows({"11": n}, price=150, id4="ID4*0*978*EUR") for n in (10, 20)],
        10,
        1500,
        says="no price would make sense",
    ),
    "euro of tenths": Probe(
        [shows({"11": n}, price=15, id4="ID4*1*978*EUR") for n in (10, 20)], 10, 1500
    ),
    "euro of thousandths": Probe(
        [shows({"11": n}, price=1500, id4="ID4*3*978*EUR") for n in (10, 20)], 10, 1500
    ),
    "euro that says three decimals": Probe(
        [shows({"11": n, "12": 0}, price=125, id4="ID4*3*978*EUR") for n in (10, 20)],
        10,
        1250,
        says="decimals",
    ),
    "euro without ID4": Probe([shows({"11": n}, price=150, id4="") for n in (10, 20)], 10, 1500),
    "ID4 is empty": Probe([shows({"11": n}, price=150, id4="ID4***") for n in (10, 20)], 10, 1500),
    "ID4 is nonsense": Probe(
        [shows({"11": n}, price=150, id4="ID4*9*978*EUR") for n in (10, 20)], 10, 1500
    ),
    "the audit counts in dollars": Probe(
        [shows({"11": n}, price=150, id4="ID4*2*840*USD") for n in (10, 20)],
        10,
        1500,
        says="The audit counts in USD, but the books are kept in EUR.",
    ),
    "ID4 changes between reads": Probe(
        [
            shows({"11": 10}, price=2, id4="ID4*0*978*EUR"),
            shows({"11": 20}, price=200, id4="ID4*2*978*EUR"),
        ],
        10,
        2000,
    ),
}
