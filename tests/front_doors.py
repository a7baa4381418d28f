"""A contract for import-linter: a package is entered by its doors, and its record by who joins."""

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output
from typing_extensions import override

Broken = list[tuple[str, str]]

_NAME = fields.StringField()


class FrontDoors(Contract):
    """From outside a package only its doors are imported; a new file is closed by default.

    In the names of packages `*` stands for one name. Doors are last names, at any depth; the wire
    is open to HTTP alone, the record to those who join.
    """

    type_name = "front_doors"

    # Each holds the value itself once the contract is read.
    packages: list[str] = fields.ListField(subfield=_NAME)  # type: ignore[assignment]
    doors: list[str] = fields.ListField(subfield=_NAME)  # type: ignore[assignment]
    libraries: list[str] = fields.ListField(subfield=_NAME)  # type: ignore[assignment]
    wire: str = fields.StringField()  # type: ignore[assignment]
    http: list[str] = fields.ListField(subfield=_NAME)  # type: ignore[assignment]
    record: str = fields.StringField()  # type: ignore[assignment]
    joiners: list[str] = fields.ListField(subfield=_NAME)  # type: ignore[assignment]

    @override
    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        broken: Broken = []
        for module in sorted(graph.modules):
            package = self._find_package(module)
            if package is None or module == package:
                continue
            for importer in sorted(graph.find_modules_that_directly_import(module)):
                if not _is_in(importer, package) and not self._may_enter(importer, module):
                    broken.append((importer, module))
        wrong = sorted({f"{importer} -> {module}" for importer, module in broken})
        return ContractCheck(kept=not wrong, metadata={"wrong": wrong})

    @override
    def render_broken_contract(self, check: ContractCheck) -> None:
        for each in check.metadata["wrong"]:
            output.print_error(each, bold=False)

    def _find_package(self, module: str) -> str | None:
        names = module.split(".")
        for pattern in self.packages:
            wanted = pattern.split(".")
            found = names[: len(wanted)]
            if len(found) == len(wanted) and all(
                want in {"*", name} for want, name in zip(wanted, found, strict=True)
            ):
                return ".".join(found)
        return None

    def _may_enter(self, importer: str, module: str) -> bool:
        last = module.rpartition(".")[2]
        if last == self.record:
            return importer in self.joiners
        if last == self.wire:
            by_name = importer.rpartition(".")[2] in self.http
            return by_name or any(_is_in(importer, each) for each in self.http)
        return last in self.doors or any(_is_in(module, each) for each in self.libraries)


def _is_in(module: str, package: str) -> bool:
    return module == package or module.startswith(f"{package}.")
