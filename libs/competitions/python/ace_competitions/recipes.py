"""From raw tables to competitions: which table, which columns, how many rows. One function per competition.

A builder returns features and the target column in a stable row order. Rows without a target are dropped,
and columns that would give the answer away are left out, with the reason beside them.
"""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from .sources import table

SEED = 20250101


@dataclass(frozen=True)
class Recipe:
    """How one competition is made; row counts are of train.csv and test.csv."""

    build: Callable[[], pd.DataFrame]
    train_rows: int
    test_rows: int


def telco_churn() -> pd.DataFrame:
    # Eleven customers in their first month have no total charges yet.
    return table("modeldata", "wa_churn").dropna().reset_index(drop=True)


def flight_delays() -> pd.DataFrame:
    # Left out: actual departure and arrival times, from which the delay follows.
    flights = table("nycflights13", "flights")
    flights = flights[flights["arr_delay"].notna()].reset_index(drop=True)
    moment = ["origin", "month", "day", "hour"]
    weather = table("nycflights13", "weather").drop(columns=["year", "time_hour"])
    weather = weather.drop_duplicates(subset=moment)
    planes = table("nycflights13", "planes")[["tailnum", "year", "manufacturer", "engine", "seats"]]
    planes = planes.rename(columns={"year": "plane_year"})
    joined = flights.merge(weather, on=moment, how="left").merge(planes, on="tailnum", how="left")
    joined["weekday"] = pd.to_datetime(joined[["year", "month", "day"]]).dt.dayofweek + 1
    joined["delayed"] = (joined["arr_delay"] > 60).map({True: "yes", False: "no"})
    columns = ["month", "day", "weekday", "hour", "carrier", "origin", "dest", "distance"]
    columns += ["temp", "dewp", "humid", "wind_dir", "wind_speed", "wind_gust", "precip"]
    columns += ["pressure", "visib", "plane_year", "manufacturer", "engine", "seats", "delayed"]
    return joined[columns]


def cell_segmentation() -> pd.DataFrame:
    # `case` is the split of the original study.
    return table("modeldata", "cells").drop(columns="case")


def cluster_jobs() -> pd.DataFrame:
    return table("modeldata", "hpc_data")


def party_identification() -> pd.DataFrame:
    # Left out: `therm_bmp` and `mpti`, which are computed from the two thermometers.
    frame = table("stevedata", "anes_partytherms").dropna(subset="pid7")
    frame = frame.drop(columns=["uid", "stateabb", "therm_bmp", "mpti", "race4"])
    return frame.reset_index(drop=True)


def concrete_strength() -> pd.DataFrame:
    return table("modeldata", "concrete")


def house_prices() -> pd.DataFrame:
    frame = table("openintro", "ames")
    frame = frame.rename(columns=lambda name: name.replace(".", "_").lower())
    columns = ["area", "lot_frontage", "lot_area", "overall_qual", "overall_cond", "year_built"]
    columns += ["year_remod_add", "mas_vnr_area", "total_bsmt_sf", "full_bath", "bedroom_abvgr"]
    columns += ["totrms_abvgrd", "fireplaces", "garage_yr_blt", "garage_cars", "ms_zoning"]
    columns += ["alley", "neighborhood", "bldg_type", "exter_qual", "bsmt_qual", "kitchen_qual"]
    columns += ["fireplace_qu", "garage_finish", "sale_condition", "price"]
    return frame[columns]


def chile_plebiscite() -> pd.DataFrame:
    return table("carData", "Chile").dropna(subset="vote").reset_index(drop=True)


def loan_rates() -> pd.DataFrame:
    # Left out: grades and instalments, which follow from the rate; what was known only after the loan; and
    # columns with missing values, which this competition is to be without.
    frame = table("openintro", "loans_full_schema")
    columns = ["homeownership", "annual_income", "verified_income", "delinq_2y"]
    columns += ["earliest_credit_line", "inquiries_last_12m", "total_credit_lines"]
    columns += ["open_credit_lines", "total_credit_limit", "total_credit_utilized"]
    columns += ["current_installment_accounts", "accounts_opened_24m", "total_debit_limit"]
    columns += ["num_cc_carrying_balance", "num_mort_accounts", "account_never_delinq_percent"]
    columns += ["public_record_bankrupt", "loan_purpose", "application_type", "loan_amount"]
    columns += ["term", "interest_rate"]
    return frame[columns]


def smoker_survival() -> pd.DataFrame:
    # Left out: the date of death, identifiers, and `censored`, which says only that `wt82` is missing.
    frame = table("causaldata", "nhefs")
    frame["death"] = frame["death"].map({0: "alive", 1: "dead"})
    return frame.drop(columns=["seqn", "id", "yrdth", "modth", "dadth", "censored", "race"])


RECIPES = {
    "telco-churn": Recipe(telco_churn, 2000, 1500),
    "flight-delays": Recipe(flight_delays, 2500, 2000),
    "cell-segmentation": Recipe(cell_segmentation, 1000, 1000),
    "cluster-jobs": Recipe(cluster_jobs, 2000, 1500),
    "party-identification": Recipe(party_identification, 1500, 1500),
    "concrete-strength": Recipe(concrete_strength, 530, 500),
    "house-prices": Recipe(house_prices, 900, 1200),
    "chile-plebiscite": Recipe(chile_plebiscite, 1200, 1300),
    "loan-rates": Recipe(loan_rates, 1200, 1500),
    "smoker-survival": Recipe(smoker_survival, 1000, 629),
}
