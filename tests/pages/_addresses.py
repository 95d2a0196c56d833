"""The pages that the tests visit, by language."""

LAKE = "bath:hav:SE0812482000000101"
SEA = "bath:hav:SE0812482000000102"
OLD = "bath:hav:SE0812482000000103"
UNMEASURED = "bath:hav:SE0812482000000104"
OWN = "bath:skelleftea:varutrask"
FREE = "parking:skelleftea:campus"
SILENT = "parking:skelleftea:torget"
LOST = "parking:skelleftea:resecentrum"

SWEDISH = [
    "/",
    "/bad",
    "/bad?municipality=2482&near=64.75,20.95",
    f"/bad/{LAKE}",
    f"/bad/{SEA}",
    f"/bad/{OLD}",
    f"/bad/{UNMEASURED}",
    f"/bad/{OWN}",
    "/parkering",
    f"/parkering/{FREE}",
    f"/parkering/{SILENT}",
    f"/parkering/{LOST}",
    f"/parkering/{FREE}/varden",
    "/om/data",
    "/om/tillganglighet",
    "/drift",
    "/drift/kalla/2482/kalla-failing",
    "/drift/datamangd/parking",
    "/drift/nyckel",
    "/drift/undanlagt",
    "/drift/undanlagt/2482/1",
    "/drift/undanlagt/2482/post/1",
    "/utvecklare",
    "/utvecklare?q=bad",
    "/utvecklare/api/baths",
    "/utvecklare/api/baths/findBathingPlaces?p.limit=2&go=1",
    "/utvecklare/api/parking",
    "/utvecklare/produkter/open",
    "/utvecklare/granser-och-fel",
    "/utvecklare/lage-och-andringar",
    "/utvecklare/applikationer",
    "/utvecklare/applikationer/a1b2c3d4e5f60718",
    "/utvecklare/slapp-in",
    "/konto",
    "/konto/logga-in",
    "/konto/logga-in?next=/drift",
    "/konto/utloggad",
    "/konto/roller?said=done_granted",
    "/konto/roller/navet?said=bad_own",
    "/bad?page=0",
    "/finns-inte",
]
ENGLISH = [
    "/en/",
    "/en/baths",
    "/en/baths?municipality=2482&near=64.75,20.95",
    f"/en/baths/{LAKE}",
    f"/en/baths/{SEA}",
    f"/en/baths/{OLD}",
    f"/en/baths/{UNMEASURED}",
    f"/en/baths/{OWN}",
    "/en/parking",
    f"/en/parking/{FREE}",
    f"/en/parking/{SILENT}",
    f"/en/parking/{LOST}",
    f"/en/parking/{FREE}/values",
    "/en/about/data",
    "/en/about/accessibility",
    "/en/operations",
    "/en/operations/source/2482/kalla-failing",
    "/en/operations/dataset/parking",
    "/en/operations/key",
    "/en/operations/set-aside",
    "/en/operations/set-aside/2482/2?page=2",
    "/en/operations/set-aside/2482/record/3",
    "/en/developers",
    "/en/developers?q=xyz",
    "/en/developers/apis/sensorthings",
    "/en/developers/apis/ngsi-ld/getEntities",
    "/en/developers/apis/observations",
    "/en/developers/products/own",
    "/en/developers/limits-and-errors",
    "/en/developers/status-and-changes",
    "/en/developers/applications",
    "/en/developers/applications/a1b2c3d4e5f60718",
    "/en/developers/let-in",
    "/en/account",
    "/en/account/log-in?next=/en/operations",
    "/en/account/logged-out",
    "/en/account/roles?said=bad_person",
    "/en/account/roles/hub",
    "/en/baths?page=0",
    "/en/does-not-exist",
]
KINDS = [  # one page of each kind in each language, in the state that shows most
    "/",
    "/en/",
    "/bad?municipality=2482",
    "/en/baths?municipality=2482&near=64.75,20.95",
    f"/bad/{LAKE}",
    f"/en/baths/{SEA}",
    "/parkering",
    "/en/parking",
    f"/parkering/{SILENT}",
    f"/en/parking/{FREE}",
    "/om/data",
    "/en/about/accessibility",
    "/drift",
    "/en/operations/source/2482/kalla-set-aside-rising",
    "/en/operations/dataset/parking",
    "/drift/undanlagt",
    "/en/operations/set-aside/2482/1",
    "/drift/undanlagt/2482/post/2",
    "/utvecklare",
    "/en/developers/apis/baths/getBathingPlace?p.id=bath:hav:SE0812482000000101&go=1",
    "/utvecklare/applikationer/a1b2c3d4e5f60718",
    "/en/developers/let-in",
    "/konto",
    "/en/account/log-in?next=/en/operations",
    "/konto/roller",
    "/en/account/roles/hub?said=bad_own",
    "/finns-inte",
]
_FEATURES = "/features/v1"
GEODATA = [  # the pages of OGC API Features, which have a look of their own
    f"{_FEATURES}{path}?f=html&lang={language}"
    for path in (
        "",
        "/api",
        "/functions",
        "/conformance",
        "/collections",
        "/collections/bathing-places",
        "/collections/bathing-places/schema",
        "/collections/bathing-places/queryables",
        "/collections/bathing-places/items",
        f"/collections/bathing-places/items/{LAKE}",
        f"/collections/parking/items/{FREE}",
    )
    for language in ("sv", "en")
]
STATUS = {"page=0": 400, "finns-inte": 404, "does-not-exist": 404}


def status_of(address: str) -> int:
    return next((status for part, status in STATUS.items() if part in address), 200)
