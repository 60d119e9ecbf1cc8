"""Second instrument: unique monthly visitors of the working pages, as an audience panel reports them.

The panel sees devices, not persons, and only a sample of them; it counts each platform by itself.
"""

import numpy as np
import pandas as pd

from sim.kernel.streams import INSTRUMENT, INSTRUMENT_PANEL, draw4, gauss, make_key
from sim.kernel.units import RECENT
from sim.results.results import Results


def visitors(results: Results) -> pd.DataFrame:
    """Unique French visitors of each platform in the last whole month of the record.

    Returns
    -------
    DataFrame
        Index: platform key. Columns: visitors (accounts seen, the truth), reading (devices, with the panel's
        sampling error), reading_se.
    """
    scenario, daily = results.scenario, results.daily
    keys = list(scenario.platform.members)
    seen = daily[last_month(daily)].groupby("platform", observed=False)["visitors"].sum().reindex(keys, fill_value=0)
    spread = scenario.survey.panel_log_sd
    key = make_key(scenario.seed, scenario.replicate)
    noise = [gauss(*draw4(key, INSTRUMENT, 0, p, INSTRUMENT_PANEL)[:2]) for p in range(len(keys))]
    devices = seen.to_numpy(float) * scenario.survey.devices
    reading = devices * np.exp(spread * np.array(noise) - 0.5 * spread**2)
    return pd.DataFrame({"visitors": seen, "reading": reading, "reading_se": devices * spread}, index=keys)


def last_month(daily: pd.DataFrame) -> np.ndarray:
    """Mask of the rows of the last month of which the record has every day, or of the last 30 days if none."""
    dates = pd.DatetimeIndex(daily["date"])
    last = dates.max()
    if (last + pd.Timedelta(days=1)).day != 1:
        last = last.replace(day=1) - pd.Timedelta(days=1)
    first = last.replace(day=1)
    if first < dates.min():
        return dates > dates.max() - pd.Timedelta(days=RECENT)
    return (dates >= first) & (dates <= last)
