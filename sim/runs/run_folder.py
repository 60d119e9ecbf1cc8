"""Everything that the folder of one run holds."""

import json

from sim.results.provenance import provenance


def leave(record, folder, overrides, seconds, told=lambda table: None):
    """Fill a folder with the record of a run, its figures and its page.

    Parameters
    ----------
    record : sim.results.tables.Results
    folder : Path
        There, and not yet under its own name.
    overrides : list of str
        The words that made the scenario.
    seconds : float
        What the run took.
    told : callable, optional
        Given the tier table before anything is written.
    """
    from sim.instruments.fieldwork import Fieldwork
    from sim.instruments.readings import comparison
    from sim.report.figures.draw import draw
    from sim.report.page.page import write

    fieldwork = Fieldwork(record)
    told(fieldwork.tiers)
    compared = comparison(fieldwork)
    scenario = record.scenario
    record.provenance |= provenance(scenario, record.digest())
    record.provenance |= {"overrides": overrides, "seconds": round(seconds, 2)}
    record.write(folder)
    scenario.write_file(folder / "scenario.yaml")
    (folder / "provenance.json").write_text(json.dumps(record.provenance, indent=2) + "\n", encoding="utf-8")
    if scenario.report.figures:
        draw(fieldwork, folder / "figures")
    fieldwork.tiers.to_csv(folder / "tiers.csv", index=False)
    compared.to_csv(folder / "targets.csv", index=False)
    write(fieldwork, folder, compared)
