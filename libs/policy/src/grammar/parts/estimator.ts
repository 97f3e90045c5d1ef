import type { Program } from '../vocabulary.ts';
import { chosen, type Part } from './part.ts';

/** What one family needs: its import, and how it is made from the chosen settings. */
interface Family {
  from: string;
  classifier: string;
  regressor: string;
  /** Arguments, the same for both; `balance` where the classifier knows class weights. */
  settings: (choice: Settings) => string[];
  regressorSettings?: (choice: Settings) => string[];
  weighs: boolean;
}

interface Settings {
  size: string;
  depth: string;
  rate: string;
}

const trees = ({ size, depth }: Settings): string[] => [
  `n_estimators=${size}`,
  `max_depth=${depth}`,
  'random_state=0',
];
/** A third of the columns a split, as random forests for regression were first defined: a third of the time, too. */
const regressionTrees = (choice: Settings): string[] => [...trees(choice), 'max_features=1 / 3'];

const families: Record<Program['family'], Family> = {
  linear: {
    ...{ from: 'sklearn.linear_model', classifier: 'LogisticRegression', regressor: 'Ridge' },
    settings: ({ rate }) => [`C=${rate}`, 'max_iter=200'],
    regressorSettings: ({ rate }) => [`alpha=1 / ${rate}`],
    weighs: true,
  },
  neighbours: {
    ...{ from: 'sklearn.neighbors', classifier: 'KNeighborsClassifier' },
    regressor: 'KNeighborsRegressor',
    settings: ({ size }) => [`n_neighbors=${size}`, 'weights="distance"'],
    weighs: false,
  },
  tree: {
    ...{ from: 'sklearn.tree', classifier: 'DecisionTreeClassifier' },
    regressor: 'DecisionTreeRegressor',
    settings: ({ depth }) => [`max_depth=${depth}`, 'min_samples_leaf=5', 'random_state=0'],
    weighs: true,
  },
  forest: {
    ...{ from: 'sklearn.ensemble', classifier: 'RandomForestClassifier' },
    ...{ regressor: 'RandomForestRegressor', settings: trees, weighs: true },
    regressorSettings: regressionTrees,
  },
  'extra-trees': {
    ...{ from: 'sklearn.ensemble', classifier: 'ExtraTreesClassifier' },
    ...{ regressor: 'ExtraTreesRegressor', settings: trees, weighs: true },
    regressorSettings: regressionTrees,
  },
  boosting: {
    ...{ from: 'sklearn.ensemble', classifier: 'HistGradientBoostingClassifier' },
    regressor: 'HistGradientBoostingRegressor',
    // It would know them, but bins weighted columns thirty times as slowly.
    weighs: false,
    settings: ({ size, depth, rate }) => [
      ...[`max_iter=${size}`, `max_depth=${depth}`, `learning_rate=${rate}`],
      ...['max_leaf_nodes=8', 'early_stopping=False', 'random_state=0'],
    ],
  },
  lightgbm: {
    ...{ from: 'lightgbm', classifier: 'LGBMClassifier', regressor: 'LGBMRegressor' },
    settings: ({ size, depth, rate }) => [
      ...[`n_estimators=${size}`, `max_depth=${depth}`, `learning_rate=${rate}`, 'num_leaves=8'],
      ...['random_state=0', 'n_jobs=1', 'deterministic=True', 'force_row_wise=True', 'verbose=-1'],
    ],
    weighs: true,
  },
};

/** `make_model()`: a fresh, unfitted estimator. */
export function estimatorPart(program: Program): Part {
  const family = families[program.family];
  const isClassifier = chosen(program.estimator).includes('classifier');
  const name = isClassifier ? family.classifier : family.regressor;
  const settings = settingsOf(program, family, isClassifier);
  return {
    imports: [`from ${family.from} import ${name}`],
    code: [
      'def make_model():',
      `    return ${name}(`,
      ...settings.map((s) => `        ${s},`),
      '    )',
    ],
  };
}

function settingsOf(program: Program, family: Family, isClassifier: boolean): string[] {
  const number = (option: string): string => option.slice(option.indexOf('-') + 1);
  const choice = {
    size: number(program.size),
    depth: number(program.depth),
    rate: number(program.rate),
  };
  const make = isClassifier ? family.settings : (family.regressorSettings ?? family.settings);
  const balanced = family.weighs && program.estimator.startsWith('balanced');
  return [...make(choice), ...(balanced ? ['class_weight="balanced"'] : [])];
}
