"""The contract of front doors: a planted violation is found."""

from grimp import ImportGraph

from tests.front_doors import FrontDoors

SERVICE, QUERIES = "shop.orders.service", "shop.orders.queries"


def check(*imports: tuple[str, str]) -> bool:
    """Whether a shop with these imports keeps its doors."""
    graph = ImportGraph()
    for importer, module in (("shop.orders.service", "shop.orders.queries"), *imports):
        for name in (importer, module, "shop.orders"):
            graph.add_module(name)
        graph.add_import(importer=importer, imported=module)
    contract = FrontDoors(
        name="Doors",
        session_options={},
        contract_options={
            "packages": ["shop.*"],
            "doors": ["domain", "service"],
            "libraries": ["shop.orders.prices"],
            "wire": "schemas",
            "http": ["router", "shop.web"],
            "record": "package",
            "joiners": ["shop.app"],
        },
    )
    return contract.check(graph, verbose=False).kept


def test_doors_and_libraries_are_open() -> None:
    assert check(("shop.bills.service", SERVICE), ("shop.bills.queries", "shop.orders.prices"))


def test_whatever_is_no_door_is_closed() -> None:
    assert not check(("shop.bills.service", QUERIES))
    assert not check(("shop.bills.service", "shop.orders.new_file"))


def test_the_wire_is_open_to_http_alone() -> None:
    assert check(("shop.web.pages", "shop.orders.schemas"))
    assert check(("shop.bills.router", "shop.orders.schemas"))
    assert not check(("shop.bills.service", "shop.orders.schemas"))


def test_the_record_is_open_to_who_joins() -> None:
    assert check(("shop.app", "shop.orders.package"))
    assert not check(("shop.bills.service", "shop.orders.package"))
