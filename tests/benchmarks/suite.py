# ===- suite.py - what is compared, by family ---------------------------------===#
#
# Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===#
#
# This file names the models that compare.py times, chosen before anything was measured: textbook models on real data,
# and small models that cover a corner of the language each. A mean over families gives each family the same weight,
# however many models it has.
#
# ===------------------------------------------------------------------------===#

FAMILIES = {
    "Gaussian regression": ["kidiq", "sblrc", "inv_gamma_variance"],
    "other regressions": ["logistic_regression", "student_t_regression", "counts", "glms", "categorical_glms",
                          "if_parameter", "while_loop", "beta_proportions", "gamma_rates"],
    "hierarchical": ["eight_schools", "radon_mn", "radon_mn_centered", "radon_mn_vectorized", "nested_groups"],
    "mixtures": ["low_dim_gauss_mix", "dirichlet_weights", "rater_classes"],
    "time series": ["arK", "garch", "moving_average", "random_walk", "state_space", "renewal"],
    "hidden Markov": ["hmm_example", "hmm_chain", "hidden_markov"],
    "Gaussian processes": ["gp_regression", "gp_covariances", "matrix_cholesky"],
    "item response": ["irt_2pl", "ordered_categories", "category_counts"],
    "multivariate": ["multi_normals", "multi_normals_one", "multi_students", "lkj_and_wishart", "unit_vectors"],
    "matrices": ["matrix_products", "matrix_solvers", "matrix_functions", "linear_algebra", "constrained_matrices"],
    "others": ["dogs", "newton", "distributions", "user_functions", "recursive_functions", "ordered_simplexes", "slices",
               "integers", "branches_on_data"],
}

SUITE = [name for names in FAMILIES.values() for name in names]


def family_of(name):
    return next((family for family, names in FAMILIES.items() if name in names), "others")
