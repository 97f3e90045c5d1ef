"""Micro competitions: prepared from packaged tables, and graded with scikit-learn's metrics."""
