"""Grading: a submission is read with suspicion, checked, and scored with scikit-learn's metrics."""
