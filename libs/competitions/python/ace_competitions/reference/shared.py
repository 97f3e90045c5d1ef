"""Parts that classifiers and regressors share."""

from sklearn.decomposition import PCA
from sklearn.feature_selection import SelectKBest, VarianceThreshold
from sklearn.kernel_approximation import Nystroem, RBFSampler
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PolynomialFeatures, StandardScaler

from .preprocess import SEED, powers, quantiles, robust, splines


def products(selector, model, keep: int = 12):
    """The best columns, their products, and a linear model."""
    return make_pipeline(
        powers(),
        VarianceThreshold(),
        SelectKBest(selector, k=keep),
        PolynomialFeatures(2, include_bias=False),
        StandardScaler(),
        model,
    )


def components(share: float, model):
    """Principal components that hold `share` of the variance."""
    return make_pipeline(powers(), StandardScaler(), PCA(share, random_state=SEED), model)


def nystroem(model, gamma: float = 0.02):
    kernel = Nystroem(gamma=gamma, n_components=150, random_state=SEED)
    return make_pipeline(quantiles(), kernel, model)


def fourier(model, gamma: float = 0.01):
    kernel = RBFSampler(gamma=gamma, n_components=200, random_state=SEED)
    return make_pipeline(powers(), kernel, model)


def additive(model, knots: int = 5):
    return make_pipeline(splines(knots), StandardScaler(), model)


def scaled(model):
    return make_pipeline(robust(), StandardScaler(), model)
