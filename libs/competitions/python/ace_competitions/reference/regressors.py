"""Reference regressors by name."""

import numpy as np
from sklearn.compose import TransformedTargetRegressor
from sklearn.cross_decomposition import PLSRegression
from sklearn.dummy import DummyRegressor
from sklearn.ensemble import (
    AdaBoostRegressor,
    BaggingRegressor,
    HistGradientBoostingRegressor,
    StackingRegressor,
    VotingRegressor,
)
from sklearn.feature_selection import f_regression
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import RBF, WhiteKernel
from sklearn.kernel_ridge import KernelRidge
from sklearn.linear_model import (
    ARDRegression,
    BayesianRidge,
    ElasticNetCV,
    HuberRegressor,
    LassoLarsIC,
    OrthogonalMatchingPursuit,
    QuantileRegressor,
    RidgeCV,
    SGDRegressor,
)
from sklearn.neighbors import KNeighborsRegressor
from sklearn.neural_network import MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import QuantileTransformer, StandardScaler
from sklearn.svm import SVR, LinearSVR, NuSVR
from sklearn.tree import DecisionTreeRegressor, ExtraTreeRegressor

from .preprocess import SEED, bins, powers, quantiles, robust
from .shared import additive, components, fourier, nystroem, products, scaled

PENALTIES = np.logspace(-2, 4, 13)


def _ridge() -> RidgeCV:
    return RidgeCV(alphas=PENALTIES)


def _standard(model) -> TransformedTargetRegressor:
    """The model sees the target with mean 0 and deviation 1."""
    return TransformedTargetRegressor(model, transformer=StandardScaler())


def _logarithm(model) -> TransformedTargetRegressor:
    """The model sees the standardised logarithm of the target."""
    return TransformedTargetRegressor(_standard(model), func=np.log1p, inverse_func=np.expm1)


def _ranked(model) -> TransformedTargetRegressor:
    ranks = QuantileTransformer(n_quantiles=200, output_distribution="normal", random_state=SEED)
    return TransformedTargetRegressor(model, transformer=ranks)


def _mlp(*layers: int, alpha: float = 1e-2, activation: str = "relu") -> TransformedTargetRegressor:
    network = MLPRegressor(
        hidden_layer_sizes=layers,
        alpha=alpha,
        activation=activation,
        solver="lbfgs",
        max_iter=200,
        random_state=SEED,
    )
    return _standard(network)


def _rounds(**options) -> HistGradientBoostingRegressor:
    return HistGradientBoostingRegressor(random_state=SEED, **options)


def _bag(model, count: int = 20, share: float = 0.7) -> BaggingRegressor:
    return BaggingRegressor(model, count, max_samples=share, max_features=share, random_state=SEED)


def _named(members) -> list:
    return [(f"member{place}", member) for place, member in enumerate(members)]


def regressors() -> dict[str, object]:
    """Fresh estimators that take a table with missing values and text, and predict numbers."""
    return {
        **_dummies(),
        **_linear(),
        **_additive(),
        **_kernels_and_neighbours(),
        **_networks_and_ensembles(),
    }


def _dummies() -> dict[str, object]:
    return {
        "dummy mean": DummyRegressor(),
        "dummy median": DummyRegressor(strategy="median"),
        "dummy upper quartile": DummyRegressor(strategy="quantile", quantile=0.75),
    }


def _linear() -> dict[str, object]:
    return {
        "ranks, ridge": make_pipeline(quantiles(), _ridge()),
        "uniform ranks, ridge": make_pipeline(quantiles("uniform"), _ridge()),
        "powers, ridge of the logarithm": make_pipeline(powers(), _logarithm(_ridge())),
        "bins, ridge": make_pipeline(bins(), _ridge()),
        "bins, ridge of the logarithm": make_pipeline(bins(10), _logarithm(_ridge())),
        "powers, bayesian ridge": make_pipeline(powers(), BayesianRidge()),
        "ranks, relevance by column": make_pipeline(quantiles(), _standard(ARDRegression())),
        "powers, elastic net": make_pipeline(powers(), _standard(ElasticNetCV(cv=3, random_state=SEED))),
        "powers, least angles": make_pipeline(powers(), LassoLarsIC("bic", noise_variance=1.0)),
        "powers, matching pursuit": make_pipeline(powers(), OrthogonalMatchingPursuit(n_nonzero_coefs=4)),
        "ranks, huber": make_pipeline(quantiles(), _standard(HuberRegressor(alpha=0.1, max_iter=500))),
        "powers, median line": make_pipeline(
            powers(), _standard(QuantileRegressor(alpha=1e-3, solver="highs"))
        ),
        "robust, linear support vectors": scaled(_standard(LinearSVR(C=0.1, random_state=SEED))),
        "robust, stochastic descent": scaled(_standard(SGDRegressor(alpha=0.01, random_state=SEED))),
        "components, ridge": components(0.8, _ridge()),
        "half the components, ridge": components(0.5, _ridge()),
        "partial least squares": make_pipeline(powers(), PLSRegression(4)),
        "partial least squares, one": make_pipeline(quantiles(), PLSRegression(1)),
    }


def _additive() -> dict[str, object]:
    return {
        "splines, ridge": additive(_ridge()),
        "fine splines, ridge": additive(_ridge(), knots=10),
        "splines, ridge of the logarithm": additive(_logarithm(_ridge())),
        "splines, huber": additive(_standard(HuberRegressor(alpha=1.0, max_iter=500))),
        "splines, ridge of the ranks": additive(_ranked(_ridge())),
        "products, ridge": products(f_regression, _ridge(), keep=8),
        "products, ridge of the logarithm": products(f_regression, _logarithm(_ridge()), keep=6),
        "few products, elastic net": products(
            f_regression, _standard(ElasticNetCV(cv=3, random_state=SEED)), keep=4
        ),
    }


def _kernels_and_neighbours() -> dict[str, object]:
    def near(**options) -> object:
        return make_pipeline(quantiles("uniform"), KNeighborsRegressor(**options))

    noise = RBF(3.0) + WhiteKernel(0.3)
    return {
        "support vectors, radial": make_pipeline(quantiles(), _standard(SVR())),
        "support vectors of the logarithm": make_pipeline(powers(), _logarithm(SVR(C=2.0, gamma=0.02))),
        "support vectors, nu": scaled(_standard(NuSVR(C=1.0, gamma=0.05))),
        "support vectors, cubic": make_pipeline(powers(), _standard(SVR(kernel="poly", C=0.2))),
        "support vectors, sigmoid": scaled(_standard(SVR(kernel="sigmoid", C=0.01))),
        "kernel ridge, laplacian": make_pipeline(
            quantiles(), _standard(KernelRidge(kernel="laplacian", alpha=0.3, gamma=0.03))
        ),
        "kernel ridge, quadratic": make_pipeline(
            powers(), _standard(KernelRidge(kernel="poly", degree=2, alpha=20.0))
        ),
        "nystroem, ridge": nystroem(_ridge()),
        "fourier features, ridge": fourier(_ridge()),
        "fourier features, fine, ridge": fourier(_ridge(), gamma=0.1),
        "gaussian process": components(
            0.8, _standard(GaussianProcessRegressor(noise, optimizer=None))
        ),
        "one neighbour, cosine": near(n_neighbors=1, metric="cosine"),
        "5 neighbours, canberra": near(n_neighbors=5, metric="canberra"),
        "12 neighbours, bray-curtis": near(n_neighbors=12, metric="braycurtis"),
        "25 neighbours, chebyshev": near(n_neighbors=25, metric="chebyshev"),
        "40 neighbours, correlation": near(n_neighbors=40, metric="correlation", weights="distance"),
    }


def _networks_and_ensembles() -> dict[str, object]:
    curves = additive(_ridge())
    rounds = make_pipeline(robust(), _rounds(max_iter=80, learning_rate=0.08))
    vectors = make_pipeline(powers(), _logarithm(SVR(C=2.0, gamma=0.02)))
    return {
        "network": make_pipeline(quantiles(), _mlp(32, alpha=1.0)),
        "deep network": make_pipeline(powers(), _mlp(24, 12, alpha=3.0)),
        "narrow network, tanh": scaled(_mlp(6, alpha=1.0, activation="tanh")),
        "bag of networks": make_pipeline(quantiles(), _bag(_mlp(8, alpha=1.0), 6)),
        "bag of neighbours": make_pipeline(quantiles(), _bag(KNeighborsRegressor(5))),
        "bag of small trees": make_pipeline(robust(), _bag(DecisionTreeRegressor(max_depth=5), 40)),
        "bag of random trees": make_pipeline(robust(), _bag(ExtraTreeRegressor(), 40, 0.9)),
        "boosted small trees": make_pipeline(
            robust(), AdaBoostRegressor(DecisionTreeRegressor(max_depth=4), random_state=SEED)
        ),
        "rounds of small trees": make_pipeline(
            robust(), _rounds(max_iter=300, learning_rate=0.03, max_leaf_nodes=6)
        ),
        "rounds for the median": make_pipeline(robust(), _rounds(loss="absolute_error", max_iter=80)),
        "rounds of the logarithm": make_pipeline(robust(), _logarithm(_rounds(max_iter=100))),
        "vote of splines and rounds": VotingRegressor(_named([curves, rounds])),
        "vote of three": VotingRegressor(_named([curves, rounds, vectors])),
        "stack of splines and rounds": StackingRegressor(_named([curves, rounds]), _ridge(), cv=3),
        "stack of three": StackingRegressor(_named([curves, rounds, vectors]), _ridge(), cv=3),
    }
