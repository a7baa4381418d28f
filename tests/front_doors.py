"""A contract for import-linter: a package is entered by its doors, and its record by who joins."""

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output

Broken = list[tuple[str, str]]


class FrontDoors(Contract):
    """From outside a package only its doors are imported; a new file is closed by default."""

    type_name = "front_doors"

    packages = fields.ListField(subfield=fields.StringField())  # `*` stands for one name
    doors = fields.ListField(subfield=fields.StringField())  # last names, at any depth
    libraries = fields.ListField(subfield=fields.StringField(), required=False)
    wire = fields.StringField()  # open to HTTP alone
    http = fields.ListField(subfield=fields.StringField())
    record = fields.StringField()
    joiners = fields.ListField(subfield=fields.StringField())
    open_until = fields.ListField(subfield=fields.StringField(), required=False)  # it only shrinks

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:  # noqa: ARG002 - the port asks for it
        broken: Broken = []
        for module in sorted(graph.modules):
            package = self._find_package(module)
            if package is None or module == package:
                continue
            for importer in sorted(graph.find_modules_that_directly_import(module)):
                if not _is_in(importer, package) and not self._may_enter(importer, module):
                    broken.append((importer, module))
        still_open = set(self.open_until or ())
        found = {f"{importer} -> {module}" for importer, module in broken}
        wrong = sorted(found - still_open)
        done = sorted(still_open - found)
        return ContractCheck(kept=not wrong and not done, metadata={"wrong": wrong, "done": done})

    def render_broken_contract(self, check: ContractCheck) -> None:
        for each in check.metadata["wrong"]:
            output.print_error(each, bold=False)
        for each in check.metadata["done"]:
            output.print_error(f"{each}: open_until need not name it any more", bold=False)

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
        return last in self.doors or any(_is_in(module, each) for each in self.libraries or ())


def _is_in(module: str, package: str) -> bool:
    return module == package or module.startswith(f"{package}.")
