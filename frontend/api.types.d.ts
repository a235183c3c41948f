// Generated from spec/ by scripts/generate_api.py; not edited by hand.

type Options = { signal?: AbortSignal };
/** Call it, or ask for its address: `.url(args)` serves links and downloads. */
type Call<Args, Answer> = ((args: Args, options?: Options) => Promise<Answer>) & { url(args: Args): string };
type Plain<Args, Answer> = ((args?: Args, options?: Options) => Promise<Answer>) & { url(args?: Args): string };

export interface Schemas {
  BoardRow: {
    device_id: Schemas["Id"];
    asset: string;
    name: string;
    location_id: Schemas["NullableId"];
    location_name: string | null;
    cabinets: Array<{
      id: Schemas["Id"];
      position: number;
      units_to_par: Schemas["Count"];
      unknown_slots: Schemas["Count"];
      open_service_order_id: Schemas["NullableId"];
    }>;
    sold_out_slots: Schemas["NullableCount"];
    low_slots: Schemas["NullableCount"];
    unknown_slots: Schemas["Count"];
    days_of_inventory: Schemas["NullableNumber"];
    days_of_inventory_median: Schemas["NullableNumber"];
    product_level_percent: Schemas["NullableNumber"];
    units_to_par: Schemas["NullableCount"];
    units_per_day: Schemas["NullableNumber"];
    last_read_at: Schemas["NullableTime"];
    last_visit_at: Schemas["NullableTime"];
  };
  BoardRowList: { items: Array<Schemas["BoardRow"]>; next_cursor: Schemas["NextCursor"] };
  CabinetType: { id: Schemas["Id"]; name: Schemas["Name"]; rows: number; columns: number };
  CabinetTypeList: { items: Array<Schemas["CabinetType"]>; next_cursor: Schemas["NextCursor"] };
  /** Minor units of the operator's currency. */
  Cents: number;
  Count: number;
  /** ISO 4217. */
  Currency: string;
  Date: string;
  DeviceType: { id: Schemas["Id"]; name: Schemas["Name"]; max_cabinets: number };
  DeviceTypeList: { items: Array<Schemas["DeviceType"]>; next_cursor: Schemas["NextCursor"] };
  Email: string | null;
  Health: { status: "ok" };
  Id: number;
  /** BCP 47. */
  Locale: string;
  Location: {
    id: Schemas["Id"];
    name: Schemas["Name"];
    address: string;
    latitude: number | null;
    longitude: number | null;
    notes: Schemas["Text"];
    archived_at: Schemas["NullableTime"];
    version: Schemas["Version"];
  };
  LocationList: { items: Array<Schemas["Location"]>; next_cursor: Schemas["NextCursor"] };
  Me: {
    id: Schemas["Id"];
    username: Schemas["Username"];
    display_name: Schemas["Name"];
    email: Schemas["NullableName"];
    role: Schemas["Role"];
    disabled_at: Schemas["NullableTime"];
    version: Schemas["Version"];
    password_change_due: boolean;
    operations: Array<string>;
  };
  Name: string;
  NewPassword: string;
  /** Null on the last page. */
  NextCursor: string | null;
  NullableCents: number | null;
  NullableCount: number | null;
  NullableDate: string | null;
  NullableId: number | null;
  NullableName: string | null;
  NullableNumber: number | null;
  NullablePrice: number | null;
  NullableQuantity: number | null;
  NullableSelection: string | null;
  NullableText: string | null;
  NullableTime: string | null;
  Price: number;
  Problem: {
    type: string;
    title: string;
    status: number;
    detail: string;
    request_id: string;
    errors?: Array<{ pointer: string; message: string }>;
    current?: Record<string, any>;
  };
  Product: {
    id: Schemas["Id"];
    sku: string | null;
    name: Schemas["Name"];
    category: string;
    price_cents: Schemas["Price"];
    cost_cents: Schemas["NullablePrice"];
    case_size: number;
    archived_at: Schemas["NullableTime"];
    version: Schemas["Version"];
  };
  ProductList: { items: Array<Schemas["Product"]>; next_cursor: Schemas["NextCursor"] };
  Quantity: number;
  Reason: string;
  Role: "admin" | "manager" | "driver" | "viewer";
  Route: {
    id: Schemas["Id"];
    name: Schemas["Name"];
    driver_id: Schemas["NullableId"];
    driver_name: Schemas["NullableName"];
    devices: Schemas["Count"];
    archived_at: Schemas["NullableTime"];
    version: Schemas["Version"];
  };
  RouteList: { items: Array<Schemas["Route"]>; next_cursor: Schemas["NextCursor"] };
  Selection: string;
  Settings: {
    company: string;
    currency: Schemas["Currency"];
    time_zone: Schemas["TimeZone"];
    locale: Schemas["Locale"];
    version: Schemas["Version"];
  };
  SetupState: {
    needed: boolean;
    defaults: (null | {
      company: string;
      currency: string;
      time_zone: string;
      locale: string;
      time_zones: Array<string>;
      example_available: boolean;
    });
  };
  Text: string;
  Time: string;
  /** IANA name; an unknown one is refused. */
  TimeZone: string;
  User: {
    id: Schemas["Id"];
    username: Schemas["Username"];
    display_name: Schemas["Name"];
    email: Schemas["NullableName"];
    role: Schemas["Role"];
    disabled_at: Schemas["NullableTime"];
    version: Schemas["Version"];
    password_change_due: boolean;
  };
  UserList: { items: Array<Schemas["User"]>; next_cursor: Schemas["NextCursor"] };
  Username: string;
  /** Sent back with a change; a stale one is a conflict. */
  Version: number;
}

export interface Api {
  board_service: {
    /** The route board, a row per device with its metrics, worst first. */
    list_route_devices: Call<{ route_id: Schemas["Id"]; sort?: "need" | "asset" | "days_of_inventory" | "product_level_percent" | "-units_to_par" | "-sold_out_slots" | "last_read_at" | null; limit?: number | null; cursor?: string | null }, Schemas["BoardRowList"]>;
  };
  cabinet_type_service: {
    /** A new cabinet type. */
    create_cabinet_type: Call<{ name: Schemas["Name"]; rows: number; columns: number }, Schemas["CabinetType"]>;
    /** The cabinet types. */
    list_cabinet_types: Plain<{ q?: string | null; limit?: number | null; cursor?: string | null }, Schemas["CabinetTypeList"]>;
  };
  device_type_service: {
    /** A new device type. */
    create_device_type: Call<{ name: Schemas["Name"]; max_cabinets: number }, Schemas["DeviceType"]>;
    /** The device types. */
    list_device_types: Plain<{ q?: string | null; limit?: number | null; cursor?: string | null }, Schemas["DeviceTypeList"]>;
  };
  health_service: {
    /** Is the process running? */
    get_liveness: Plain<{}, Schemas["Health"]>;
    /** Can work be served? A 503 names what is not ready. */
    get_readiness: Plain<{}, Schemas["Health"]>;
  };
  location_service: {
    /** A new location. */
    create_location: Call<{
      name: Schemas["Name"];
      address?: string;
      latitude?: number | null;
      longitude?: number | null;
      notes?: Schemas["Text"];
    }, Schemas["Location"]>;
    /** One location. */
    get_location: Call<{ location_id: Schemas["Id"] }, Schemas["Location"]>;
    /** The locations. */
    list_locations: Plain<{ q?: string | null; archived?: boolean | null; sort?: "name" | "-name" | null; limit?: number | null; cursor?: string | null }, Schemas["LocationList"]>;
    /** Change or archive a location. */
    update_location: Call<{ location_id: Schemas["Id"] } & {
      version: Schemas["Version"];
      name?: Schemas["Name"];
      address?: string;
      latitude?: number | null;
      longitude?: number | null;
      notes?: Schemas["Text"];
      archived?: boolean;
    }, Schemas["Location"]>;
  };
  product_service: {
    /** A new product. */
    create_product: Call<{
      sku?: string | null;
      name: Schemas["Name"];
      category?: string;
      price_cents?: Schemas["Price"];
      cost_cents?: Schemas["NullablePrice"];
      case_size?: number;
    }, Schemas["Product"]>;
    /** One product. */
    get_product: Call<{ product_id: Schemas["Id"] }, Schemas["Product"]>;
    /** The products. */
    list_products: Plain<{ q?: string | null; category?: string | null; archived?: boolean | null; sort?: "name" | "-name" | "category" | "price_cents" | "-price_cents" | null; limit?: number | null; cursor?: string | null }, Schemas["ProductList"]>;
    /** Change or archive a product. */
    update_product: Call<{ product_id: Schemas["Id"] } & {
      version: Schemas["Version"];
      sku?: string | null;
      name?: Schemas["Name"];
      category?: string;
      price_cents?: Schemas["Price"];
      cost_cents?: Schemas["NullablePrice"];
      case_size?: number;
      archived?: boolean;
    }, Schemas["Product"]>;
  };
  route_service: {
    /** A new route. */
    create_route: Call<{ name: Schemas["Name"]; driver_id?: Schemas["NullableId"] }, Schemas["Route"]>;
    /** One route. */
    get_route: Call<{ route_id: Schemas["Id"] }, Schemas["Route"]>;
    /** The routes. */
    list_routes: Plain<{ q?: string | null; driver_id?: Schemas["Id"] | null; archived?: boolean | null; sort?: "name" | "-name" | null; limit?: number | null; cursor?: string | null }, Schemas["RouteList"]>;
    /** Change or archive a route. */
    update_route: Call<{ route_id: Schemas["Id"] } & {
      version: Schemas["Version"];
      name?: Schemas["Name"];
      driver_id?: Schemas["NullableId"];
      archived?: boolean;
    }, Schemas["Route"]>;
  };
  session_service: {
    /** Choose a new password; every other session of the user ends. */
    change_password: Call<{ current_password: string; new_password: Schemas["NewPassword"] }, null>;
    /** Sign in; the answer sets the session cookie. */
    create_session: Call<{ username: string; password: string }, Schemas["Me"]>;
    /** Sign out; the session ends here and now. */
    delete_session: Plain<{}, null>;
    /** Who is asking, and which operations the role may use. */
    get_me: Plain<{}, Schemas["Me"]>;
  };
  settings_service: {
    /** The operator's company, currency, time zone and language. */
    get_settings: Plain<{}, Schemas["Settings"]>;
    /** Change the settings. */
    update_settings: Call<{
      version: Schemas["Version"];
      company?: Schemas["Name"];
      currency?: Schemas["Currency"];
      time_zone?: Schemas["TimeZone"];
      locale?: Schemas["Locale"];
    }, Schemas["Settings"]>;
  };
  setup_service: {
    /** Create the first administrator, signed in; needs the token of the printed link. */
    create_setup: Call<{
      token: string;
      username: Schemas["Username"];
      password: Schemas["NewPassword"];
      display_name?: Schemas["Name"];
      load_example?: boolean;
      company?: Schemas["Name"];
      currency?: Schemas["Currency"];
      time_zone?: Schemas["TimeZone"];
      locale?: Schemas["Locale"];
    }, Schemas["Me"]>;
    /** Does this installation still need its first administrator? */
    get_setup: Plain<{}, Schemas["SetupState"]>;
  };
  user_service: {
    /** A one-time password, shown once; the user's sessions end. */
    create_password_reset: Call<{ user_id: Schemas["Id"] }, { password: string }>;
    /** A new user. */
    create_user: Call<{
      username: Schemas["Username"];
      password: Schemas["NewPassword"];
      role: Schemas["Role"];
      display_name?: Schemas["Name"];
      email?: Schemas["Email"];
    }, Schemas["User"]>;
    /** One user. */
    get_user: Call<{ user_id: Schemas["Id"] }, Schemas["User"]>;
    /** Who can be given a route or an order. */
    list_drivers: Plain<{}, {
      items: Array<{ id: Schemas["Id"]; username: Schemas["Username"]; display_name: Schemas["Name"] }>;
    }>;
    /** The people who may sign in. */
    list_users: Plain<{ q?: string | null; role?: Schemas["Role"] | null; disabled?: boolean | null; limit?: number | null; cursor?: string | null }, Schemas["UserList"]>;
    /** Change a user; disabling ends the user's sessions. */
    update_user: Call<{ user_id: Schemas["Id"] } & {
      version: Schemas["Version"];
      username?: Schemas["Username"];
      display_name?: Schemas["Name"];
      email?: Schemas["Email"];
      role?: Schemas["Role"];
      disabled?: boolean;
    }, Schemas["User"]>;
  };
}
