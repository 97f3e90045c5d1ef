import type { Program } from '../vocabulary.ts';
import { nothing, part, type Part } from './part.ts';

const fitted = (name: string, made: string): string[] => [
  `${name} = ${made}`,
  `X = ${name}.fit_transform(X)`,
  `X_test = ${name}.transform(X_test)`,
];

const textEncoder = (imported: string, made: string, target = 'y'): Part =>
  part(
    [
      'from sklearn.compose import ColumnTransformer',
      `from sklearn.preprocessing import ${imported}`,
    ],
    `encoder = ColumnTransformer(`,
    `    [("text", ${made}, text)],`,
    '    remainder="passthrough",',
    '    verbose_feature_names_out=False,',
    ').set_output(transform="pandas")',
    `X = encoder.fit_transform(X, ${target})`,
    'X_test = encoder.transform(X_test)',
  );

/** By numbers, the place of a class in order for one: classes would make a column each, prices hundreds of them. */
const targetEncoder = (isRegression: boolean): Part => {
  const cv = 'KFold(5, shuffle=True, random_state=0)';
  const made = `TargetEncoder(target_type="continuous", cv=${cv})`;
  const target = isRegression ? 'y' : 'np.unique(y, return_inverse=True)[1]';
  const { imports, code } = textEncoder('TargetEncoder', made, target);
  return part([...imports, 'from sklearn.model_selection import KFold'], ...code);
};

const encoders: Record<Exclude<Program['encode'], 'target-mean'>, Part> = {
  'no-encoding': nothing,
  'one-hot': textEncoder(
    'OneHotEncoder',
    'OneHotEncoder(max_categories=20, handle_unknown="infrequent_if_exist", sparse_output=False)',
  ),
  'grouped-one-hot': textEncoder(
    'OneHotEncoder',
    'OneHotEncoder(min_frequency=0.05, handle_unknown="infrequent_if_exist", sparse_output=False)',
  ),
  'drop-text': part([], 'X = X.drop(columns=text)', 'X_test = X_test.drop(columns=text)'),
  'text-to-codes': part(
    [],
    'words = {name: sorted(X[name].dropna().unique()) for name in text}',
    '',
    'def codes_of(table):',
    '    columns = [pd.Categorical(table[name], words[name]).codes for name in text]',
    '    return dict(zip(text, np.column_stack(columns).T))',
    '',
    'X, X_test = X.assign(**codes_of(X)), X_test.assign(**codes_of(X_test))',
  ),
};

const encoding = (encode: Program['encode'], isRegression: boolean): Part =>
  encode === 'target-mean' ? targetEncoder(isRegression) : encoders[encode];

const imputerImport = 'from sklearn.impute import SimpleImputer';
const imputer = (settings: string): Part =>
  part([imputerImport], ...fitted('imputer', `SimpleImputer(${settings})`));

const imputers: Record<Program['impute'], Part> = {
  'no-imputation': nothing,
  median: imputer('strategy="median"'),
  mean: imputer('strategy="mean"'),
  'most-frequent': imputer('strategy="most_frequent"'),
  zero: imputer('strategy="constant", fill_value=0'),
  'incomplete-columns': part(
    [imputerImport],
    'incomplete = X.columns[X.isna().any() | X_test.isna().any()]',
    'imputer = SimpleImputer(strategy="median")',
    'filled = imputer.fit_transform(X[incomplete])',
    'filled_test = imputer.transform(X_test[incomplete])',
    'X = X.assign(**dict(zip(incomplete, filled.T)))',
    'X_test = X_test.assign(**dict(zip(incomplete, filled_test.T)))',
  ),
};

const clip = (share: number): Part =>
  part(
    [],
    `low, high = np.quantile(X, [${share}, ${1 - share}], axis=0)`,
    'X = np.clip(X, low, high)',
    'X_test = np.clip(X_test, low, high)',
  );

const clips: Record<Program['clip'], Part> = {
  'keep-outliers': nothing,
  'clip-1-percent': clip(0.01),
  'clip-5-percent': clip(0.05),
};

const scaler = (name: string, settings = ''): Part =>
  part([`from sklearn.preprocessing import ${name}`], ...fitted('scaler', `${name}(${settings})`));

const scalers: Record<Program['scale'], Part> = {
  'no-scaling': nothing,
  standard: scaler('StandardScaler'),
  robust: scaler('RobustScaler'),
  'min-max': scaler('MinMaxScaler'),
  quantile: scaler('QuantileTransformer', 'n_quantiles=100, output_distribution="normal"'),
};

const derivations: Record<Program['derive'], Part> = {
  'as-is': nothing,
  squares: part(
    [],
    'X = np.hstack([X, np.square(X)])',
    'X_test = np.hstack([X_test, np.square(X_test)])',
  ),
  'missing-count': part(
    [],
    'X = np.column_stack([X, train.isna().sum(axis=1)])',
    'X_test = np.column_stack([X_test, test.isna().sum(axis=1)])',
  ),
};

const best = (percent: number, isRegression: boolean): Part => {
  const score = isRegression ? 'f_regression' : 'f_classif';
  return part(
    [`from sklearn.feature_selection import SelectPercentile, ${score}`],
    `selector = SelectPercentile(${score}, percentile=${percent})`,
    'X = selector.fit_transform(X, y)',
    'X_test = selector.transform(X_test)',
  );
};

function selection(select: Program['select'], isRegression: boolean): Part {
  if (select === 'principal-components') {
    const made = 'PCA(n_components=0.95, svd_solver="full")';
    return part(['from sklearn.decomposition import PCA'], ...fitted('pca', made));
  }
  return best(Number(/\d+/.exec(select)?.[0]), isRegression);
}

/** From the tables to matrices that an estimator takes, each step under its heading. */
export function featureParts(program: Program): { title: string; body: Part }[] {
  const isRegression = program.estimator.startsWith('regressor');
  return [
    { title: 'Text columns', body: encoding(program.encode, isRegression) },
    { title: 'Missing values', body: imputers[program.impute] },
    { title: 'Outliers', body: clips[program.clip] },
    { title: 'Scale', body: scalers[program.scale] },
    { title: 'Further columns', body: derivations[program.derive] },
    { title: 'The columns that matter', body: selection(program.select, isRegression) },
  ];
}
