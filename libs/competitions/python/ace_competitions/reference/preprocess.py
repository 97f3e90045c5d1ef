"""Ways to turn a table into numbers. None is the plain impute, encode, scale of the policy's programs."""

from sklearn.compose import ColumnTransformer, make_column_selector
from sklearn.impute import KNNImputer, SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import (
    KBinsDiscretizer,
    OneHotEncoder,
    PowerTransformer,
    QuantileTransformer,
    RobustScaler,
    SplineTransformer,
    TargetEncoder,
)

SEED = 7
NUMBERS = make_column_selector(dtype_include="number")
TEXTS = make_column_selector(dtype_exclude="number")


def _table(numbers, texts) -> ColumnTransformer:
    return ColumnTransformer([("numbers", numbers, NUMBERS), ("texts", texts, TEXTS)])


def _rare_together():
    """Text as indicator columns; what is rarer than one in fifty shares a column, as does what is missing."""
    return make_pipeline(
        SimpleImputer(strategy="constant", fill_value="missing"),
        OneHotEncoder(min_frequency=0.02, handle_unknown="infrequent_if_exist", sparse_output=False),
    )


def _by_target():
    return TargetEncoder(random_state=SEED)


def quantiles(distribution: str = "normal"):
    """Numbers by their ranks, with a column that says what was missing."""
    ranks = QuantileTransformer(
        n_quantiles=200, output_distribution=distribution, random_state=SEED
    )
    return _table(
        make_pipeline(SimpleImputer(strategy="median", add_indicator=True), ranks), _rare_together()
    )


def robust():
    """Missing numbers from the nearest rows, scaled by quartiles; text by the target."""
    return _table(make_pipeline(RobustScaler(), KNNImputer(n_neighbors=5)), _by_target())


def powers():
    """Numbers made normal by a power (Yeo and Johnson)."""
    return _table(make_pipeline(PowerTransformer(), SimpleImputer(strategy="mean")), _rare_together())


def splines(knots: int = 5):
    """Every number as a smooth curve: with a linear model an additive model."""
    # Ranks first: knots by quantile would fall together on columns with few values.
    ranks = QuantileTransformer(n_quantiles=100, random_state=SEED)
    curves = SplineTransformer(n_knots=knots, degree=3, include_bias=False)
    return _table(
        make_pipeline(ranks, SimpleImputer(strategy="median"), curves), _rare_together()
    )


def bins(count: int = 6):
    """Every number as one of a few classes."""
    cut = KBinsDiscretizer(
        n_bins=count, encode="onehot-dense", strategy="quantile", quantile_method="averaged_inverted_cdf"
    )
    return _table(make_pipeline(SimpleImputer(strategy="median"), cut), _rare_together())
