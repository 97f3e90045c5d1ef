"""Reference classifiers by name."""

from sklearn.discriminant_analysis import LinearDiscriminantAnalysis, QuadraticDiscriminantAnalysis
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import (
    AdaBoostClassifier,
    BaggingClassifier,
    HistGradientBoostingClassifier,
    StackingClassifier,
    VotingClassifier,
)
from sklearn.feature_selection import f_classif
from sklearn.gaussian_process import GaussianProcessClassifier
from sklearn.linear_model import LogisticRegression, LogisticRegressionCV, SGDClassifier
from sklearn.naive_bayes import BernoulliNB, ComplementNB, GaussianNB, MultinomialNB
from sklearn.neighbors import KNeighborsClassifier, NearestCentroid
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.svm import SVC, LinearSVC
from sklearn.tree import DecisionTreeClassifier, ExtraTreeClassifier

from .preprocess import SEED, bins, powers, quantiles, robust
from .shared import additive, components, fourier, nystroem, products, scaled


def _logistic(c: float = 1.0, balanced: bool = False) -> LogisticRegression:
    return LogisticRegression(C=c, max_iter=2000, class_weight="balanced" if balanced else None)


def _svc(**options) -> SVC:
    return SVC(random_state=SEED, **options)


def _mlp(*layers: int, alpha: float = 1e-2, activation: str = "relu") -> MLPClassifier:
    return MLPClassifier(
        hidden_layer_sizes=layers,
        alpha=alpha,
        activation=activation,
        max_iter=150,
        early_stopping=True,
        random_state=SEED,
    )


def _stack(*members, passthrough: bool = False):
    named = [(f"member{place}", member) for place, member in enumerate(members)]
    return StackingClassifier(named, _logistic(0.5), cv=3, passthrough=passthrough)


def _vote(*members):
    return VotingClassifier([(f"m{place}", member) for place, member in enumerate(members)], voting="soft")


def _bag(model, count: int = 15, share: float = 0.7):
    return BaggingClassifier(model, count, max_samples=share, max_features=share, random_state=SEED)


def _tree_rounds(**options) -> HistGradientBoostingClassifier:
    return HistGradientBoostingClassifier(random_state=SEED, **options)


def classifiers() -> dict[str, object]:
    """Fresh estimators that take a table with missing values and text, and predict its labels."""
    return {
        **_dummies(),
        **_linear(),
        **_kernels_and_neighbours(),
        **_bayes(),
        **_networks_and_ensembles(),
    }


def _dummies() -> dict[str, object]:
    return {
        f"dummy {strategy}": DummyClassifier(strategy=strategy, random_state=SEED)
        for strategy in ("prior", "stratified", "uniform")
    }


def _linear() -> dict[str, object]:
    return {
        "ranks, logistic": make_pipeline(quantiles(), _logistic()),
        "ranks, logistic, strong penalty": make_pipeline(quantiles(), _logistic(0.01)),
        "ranks, balanced logistic": make_pipeline(quantiles(), _logistic(0.1, balanced=True)),
        "uniform ranks, logistic": make_pipeline(quantiles("uniform"), _logistic()),
        "powers, logistic, weak penalty": make_pipeline(powers(), _logistic(100)),
        "bins, logistic": make_pipeline(bins(), _logistic(0.3)),
        "bins, balanced logistic": make_pipeline(bins(10), _logistic(0.1, balanced=True)),
        "splines, logistic": additive(_logistic(0.1)),
        "splines, logistic, strong penalty": additive(_logistic(0.01), knots=8),
        "splines, logistic, chosen penalty": additive(
            LogisticRegressionCV(Cs=5, cv=3, max_iter=2000, use_legacy_attributes=False, l1_ratios=(0,))
        ),
        "products, logistic": products(f_classif, _logistic(0.05), keep=8),
        "products, balanced logistic": products(f_classif, _logistic(0.02, balanced=True), keep=6),
        "components, logistic": components(0.8, _logistic()),
        "half the components, logistic": components(0.5, _logistic()),
        "linear discriminant": make_pipeline(
            powers(), LinearDiscriminantAnalysis(solver="lsqr", shrinkage="auto")
        ),
        "components, quadratic discriminant": components(
            0.9, QuadraticDiscriminantAnalysis(reg_param=0.3)
        ),
        "components, quadratic discriminant, weak": components(
            0.7, QuadraticDiscriminantAnalysis(reg_param=0.9)
        ),
        "robust, stochastic descent": scaled(
            SGDClassifier(loss="modified_huber", alpha=0.01, random_state=SEED)
        ),
        "robust, perceptron": scaled(SGDClassifier(loss="perceptron", random_state=SEED)),
        "robust, linear support vectors": scaled(LinearSVC(C=0.01, random_state=SEED)),
    }


def _kernels_and_neighbours() -> dict[str, object]:
    def near(**options) -> object:
        return make_pipeline(quantiles("uniform"), KNeighborsClassifier(**options))

    return {
        "support vectors, radial": make_pipeline(quantiles(), _svc(C=1.0)),
        "support vectors, radial, wide": scaled(_svc(C=3.0, gamma=0.01)),
        "support vectors, balanced": scaled(_svc(C=0.5, class_weight="balanced")),
        "support vectors, cubic": make_pipeline(powers(), _svc(kernel="poly", C=0.3)),
        "support vectors, sigmoid": scaled(_svc(kernel="sigmoid", C=0.1)),
        "nystroem, logistic": nystroem(_logistic()),
        "fourier features, logistic": fourier(_logistic()),
        "fourier features, fine, logistic": fourier(_logistic(), gamma=0.1),
        "gaussian process": components(0.7, GaussianProcessClassifier(optimizer=None)),
        "one neighbour, cosine": near(n_neighbors=1, metric="cosine"),
        "7 neighbours, canberra": near(n_neighbors=7, metric="canberra"),
        "15 neighbours, bray-curtis": near(n_neighbors=15, metric="braycurtis"),
        "25 neighbours, chebyshev": near(n_neighbors=25, metric="chebyshev"),
        "40 neighbours, correlation, weighted": near(
            n_neighbors=40, metric="correlation", weights="distance"
        ),
        "nearest centroid": make_pipeline(quantiles(), NearestCentroid(shrink_threshold=0.2)),
    }


def _bayes() -> dict[str, object]:
    return {
        "ranks, gaussian bayes": make_pipeline(quantiles(), GaussianNB(var_smoothing=1e-2)),
        "components, gaussian bayes": components(0.9, GaussianNB()),
        "bins, bernoulli bayes": make_pipeline(bins(4), BernoulliNB()),
        "bins, multinomial bayes": make_pipeline(bins(8), MultinomialNB()),
        "bins, complement bayes": make_pipeline(bins(8), ComplementNB()),
    }


def _networks_and_ensembles() -> dict[str, object]:
    additive_logistic = additive(_logistic(0.1))
    rounds = make_pipeline(robust(), _tree_rounds(max_iter=60, learning_rate=0.08))
    vectors = make_pipeline(quantiles(), _svc(C=1.0))
    return {
        "network": make_pipeline(quantiles(), _mlp(64)),
        "deep network": make_pipeline(powers(), _mlp(48, 24, alpha=0.1)),
        "narrow network, tanh": scaled(_mlp(8, activation="tanh")),
        "bag of networks": make_pipeline(quantiles(), _bag(_mlp(16), 5)),
        "bag of neighbours": make_pipeline(quantiles(), _bag(KNeighborsClassifier(9), 20)),
        "bag of small trees": make_pipeline(robust(), _bag(DecisionTreeClassifier(max_depth=5), 40)),
        "bag of random trees": make_pipeline(robust(), _bag(ExtraTreeClassifier(), 40, 0.9)),
        "boosted stumps": make_pipeline(robust(), AdaBoostClassifier(n_estimators=80, random_state=SEED)),
        "boosted small trees": make_pipeline(
            robust(),
            AdaBoostClassifier(DecisionTreeClassifier(max_depth=3), n_estimators=40, random_state=SEED),
        ),
        "rounds of small trees": make_pipeline(
            robust(), _tree_rounds(max_iter=200, learning_rate=0.03, max_leaf_nodes=6)
        ),
        "balanced rounds of trees": make_pipeline(
            robust(), _tree_rounds(max_iter=80, class_weight="balanced", l2_regularization=5.0)
        ),
        "vote of splines and rounds": _vote(additive_logistic, rounds),
        "vote of three": _vote(additive_logistic, rounds, make_pipeline(quantiles(), _mlp(32))),
        "stack of splines and rounds": _stack(additive_logistic, rounds),
        "stack of splines, rounds and vectors": _stack(additive_logistic, rounds, vectors),
    }
