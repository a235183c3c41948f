"""What the example operator owns: products, places, routes, and kinds of machine."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Product:
    """`appeal` is units a day in a usual place; `depth` is how many a slot of it holds."""

    sku: str
    name: str
    category: str
    price_cents: int
    cost_cents: int
    case_size: int
    appeal: float
    depth: int


@dataclass(frozen=True, slots=True)
class Place:
    """Where machines stand; `traffic` multiplies what its machines sell."""

    name: str
    kind: str
    address: str
    latitude: float
    longitude: float
    notes: str
    traffic: float


@dataclass(frozen=True, slots=True)
class Cabinet:
    """A grid, how its selections are called (`A1`, or `11` and up), and what goes into it."""

    type_name: str
    rows: int
    columns: int
    scheme: str
    categories: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Kind:
    """A device type with its cabinets."""

    device_type: str
    model: str
    cabinets: tuple[Cabinet, ...]


@dataclass(frozen=True, slots=True)
class Site:
    """One machine of the fleet: place and route by number. `reads_every` is in nights; 0: never."""

    asset: str
    name: str
    kind: str
    place: int
    route: int
    reads_every: int


PRODUCTS = (
    Product("CR-101", "Crunch chips salted 40 g", "Chips", 150, 48, 30, 0.75, 10),
    Product("CR-102", "Crunch chips paprika 40 g", "Chips", 150, 48, 30, 0.65, 10),
    Product("CR-103", "Kettle chips sea salt 50 g", "Chips", 185, 66, 24, 0.45, 10),
    Product("CR-104", "Corn tortillas cheese 45 g", "Chips", 165, 55, 24, 0.50, 10),
    Product("CR-105", "Popcorn sweet and salty 30 g", "Chips", 160, 52, 24, 0.25, 8),
    Product("NU-201", "Roasted peanuts 50 g", "Nuts and bars", 160, 58, 24, 0.35, 12),
    Product("NU-202", "Trail mix 60 g", "Nuts and bars", 210, 92, 18, 0.25, 12),
    Product("NU-203", "Almonds smoked 40 g", "Nuts and bars", 225, 105, 18, 0.18, 12),
    Product("NU-204", "Oat bar honey 42 g", "Nuts and bars", 140, 51, 36, 0.40, 14),
    Product("NU-205", "Protein bar peanut 55 g", "Nuts and bars", 295, 140, 12, 0.35, 12),
    Product("SW-301", "Chocolate bar milk 50 g", "Sweets", 150, 57, 36, 0.85, 14),
    Product("SW-302", "Chocolate bar dark 50 g", "Sweets", 160, 62, 36, 0.35, 14),
    Product("SW-303", "Caramel wafer 43 g", "Sweets", 150, 55, 36, 0.70, 14),
    Product("SW-304", "Coconut bar 57 g", "Sweets", 155, 58, 24, 0.30, 14),
    Product("SW-305", "Fruit gums 75 g", "Sweets", 185, 70, 20, 0.45, 12),
    Product("SW-306", "Peppermints 34 g", "Sweets", 120, 38, 40, 0.20, 16),
    Product("SW-307", "Chewing gum 14 p", "Sweets", 130, 45, 30, 0.25, 16),
    Product("BK-401", "Butter croissant packed", "Bakery", 195, 82, 16, 0.30, 8),
    Product("BK-402", "Blueberry muffin 75 g", "Bakery", 215, 95, 16, 0.35, 8),
    Product("BK-403", "Oat cookie 60 g", "Bakery", 175, 66, 20, 0.35, 10),
    Product("DR-501", "Cola 330 ml", "Cold drinks", 180, 52, 24, 1.50, 9),
    Product("DR-502", "Cola zero 330 ml", "Cold drinks", 180, 52, 24, 1.35, 9),
    Product("DR-503", "Orange soda 330 ml", "Cold drinks", 175, 50, 24, 0.70, 9),
    Product("DR-504", "Lemon soda 330 ml", "Cold drinks", 175, 50, 24, 0.50, 9),
    Product("DR-505", "Spring water still 500 ml", "Water", 160, 34, 24, 1.30, 8),
    Product("DR-506", "Spring water sparkling 500 ml", "Water", 160, 34, 24, 0.70, 8),
    Product("DR-507", "Iced tea peach 500 ml", "Cold drinks", 225, 78, 12, 0.80, 8),
    Product("DR-508", "Energy drink 250 ml", "Cold drinks", 275, 98, 24, 0.95, 9),
    Product("DR-509", "Apple juice 330 ml", "Juice", 220, 88, 12, 0.45, 8),
    Product("DR-510", "Cold coffee latte 250 ml", "Cold drinks", 285, 120, 12, 0.60, 9),
)

PLACES = (
    Place("City Hall", "public", "1 Monona Plaza",
          43.0747, -89.3809, "Loading bay on King Street.", 0.9),
    Place("Central Library", "public", "201 Mifflin Street",
          43.0741, -89.3878, "Opens at 09:00.", 0.8),
    Place("Lake Street Garage", "public", "415 Lake Street",
          43.0750, -89.3963, "", 0.6),
    Place("North Station", "transport", "20 First Street",
          43.0921, -89.3608, "Machines on platform 2.", 1.2),
    Place("Arbor Offices", "workplace", "3100 University Row",
          43.0735, -89.4480, "Badge at the desk.", 0.8),
    Place("Capitol Gym", "leisure", "620 Washington Avenue",
          43.0822, -89.3722, "Side door, code 4711.", 1.1),
    Place("St. Anne Hospital", "healthcare", "700 Park Street",
          43.0590, -89.4005, "Dock C; take a cart.", 1.2),
    Place("Hospital Ward 3", "healthcare", "700 Park Street, floor 3",
          43.0592, -89.4008, "Quiet hours.", 0.9),
    Place("Campus Union", "education", "800 Langdon Street",
          43.0762, -89.4000, "Busy until 22:00.", 1.2),
    Place("Engineering Hall", "education", "1415 Engineering Drive",
          43.0720, -89.4103, "", 1.2),
    Place("Lakeside High School", "education", "400 Shore Drive",
          43.0487, -89.3797, "Before 07:30 only.", 1.0),
    Place("Carson Tool and Die", "factory", "77 Mill Street",
          43.1010, -89.3410, "Safety shoes.", 1.2),
    Place("Harbour Terminal", "factory", "1 Dock Road",
          43.1105, -89.3622, "Gate opens with the card.", 1.0),
    Place("Parcel Depot East", "factory", "5000 Anderson Street",
          43.1220, -89.3250, "Night shift too.", 1.1),
    Place("Bus Garage", "transport", "1245 Washington Avenue",
          43.0878, -89.3655, "", 0.9),
    Place("Data Centre", "workplace", "2900 Fen Oak Drive",
          43.0601, -89.2980, "Escort needed.", 0.5),
)  # fmt: skip

ROUTES = ("Downtown", "Hospital and campus", "Harbour and works")

SNACKS = ("Chips", "Nuts and bars", "Sweets", "Bakery")
DRINKS = ("Cold drinks", "Water", "Juice")

KINDS = {
    "snack": Kind(
        "Snack machine", "SPIRAL 4", (Cabinet("Spirals 4 x 6", 4, 6, "letters", SNACKS),)
    ),
    "drink": Kind("Drink machine", "CHILL 3", (Cabinet("Shelves 3 x 5", 3, 5, "tens", DRINKS),)),
    "combo": Kind(
        "Combo with satellite",
        "SPIRAL 4+",
        (
            Cabinet("Spirals 4 x 5", 4, 5, "letters", SNACKS),
            Cabinet("Stack 2 x 4", 2, 4, "hundreds", DRINKS),
        ),
    ),
    "stack": Kind("Can stacker", "VC 8", (Cabinet("Stack 2 x 4", 2, 4, "plain", DRINKS),)),
}

FLEET = (
    Site("1001", "City Hall snacks", "snack", 0, 0, 3),
    Site("1002", "City Hall drinks", "drink", 0, 0, 3),
    Site("1003", "Library lobby", "combo", 1, 0, 3),
    Site("1004", "Garage level 1", "stack", 2, 0, 0),
    Site("1005", "Station platform 2, snacks", "snack", 3, 0, 3),
    Site("1006", "Station platform 2, drinks", "drink", 3, 0, 1),
    Site("1007", "Arbor, ground floor", "combo", 4, 0, 7),
    Site("1008", "Gym entrance", "drink", 5, 0, 3),
    Site("2001", "Hospital lobby, snacks", "snack", 6, 1, 3),
    Site("2002", "Hospital lobby, drinks", "drink", 6, 1, 1),
    Site("2003", "Ward 3 waiting room", "combo", 7, 1, 3),
    Site("2004", "Union basement, snacks", "snack", 8, 1, 3),
    Site("2005", "Union basement, drinks", "drink", 8, 1, 3),
    Site("2006", "Engineering corridor", "snack", 9, 1, 7),
    Site("2007", "Engineering, drinks", "drink", 9, 1, 3),
    Site("2008", "High school canteen", "drink", 10, 1, 3),
    Site("3001", "Carson break room", "combo", 11, 2, 7),
    Site("3002", "Carson hall 2", "stack", 11, 2, 7),
    Site("3003", "Harbour hall A", "snack", 12, 2, 3),
    Site("3004", "Harbour hall A, drinks", "drink", 12, 2, 3),
    Site("3005", "Depot canteen, snacks", "snack", 13, 2, 3),
    Site("3006", "Depot canteen, drinks", "drink", 13, 2, 3),
    Site("3007", "Bus garage", "combo", 14, 2, 7),
    Site("3008", "Data centre kitchen", "stack", 15, 2, 3),
)
