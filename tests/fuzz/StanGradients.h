//===- StanGradients.h - as little of a Stan model as gradients need ------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file stands in for Stan's model_base_crtp, whose virtual functions make the C++ compiler instantiate a
// model's density for every kind of number, vector and adjustment. Only gradients with the Jacobian are left:
// an eighth of the work. All else is refused as a point outside of the support is.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_TESTS_FUZZ_STANGRADIENTS_H
#define ASTRAGAL_TESTS_FUZZ_STANGRADIENTS_H

#include <stan/model/model_header.hpp>

namespace astragal::fuzz {

template <typename M> class Gradients : public stan::model::model_base {
  using Reals = Eigen::VectorXd;
  using Vars = Eigen::Matrix<stan::math::var, -1, 1>;
  using RealList = std::vector<double>;
  using VarList = std::vector<stan::math::var>;
  using Ints = std::vector<int>;
  using Out = std::ostream *;

public:
  explicit Gradients(size_t dimension) : model_base(dimension) {}

  stan::math::var log_prob_jacobian(Vars &q, Out out) const override {
    return static_cast<const M *>(this)->template log_prob<false, true>(q, out);
  }
  stan::math::var log_prob_propto_jacobian(Vars &q, Out out) const override {
    return static_cast<const M *>(this)->template log_prob<true, true>(q, out);
  }

  double log_prob(Reals &, Out) const override { refuse(); }
  stan::math::var log_prob(Vars &, Out) const override { refuse(); }
  double log_prob_jacobian(Reals &, Out) const override { refuse(); }
  double log_prob_propto(Reals &, Out) const override { refuse(); }
  stan::math::var log_prob_propto(Vars &, Out) const override { refuse(); }
  double log_prob_propto_jacobian(Reals &, Out) const override { refuse(); }
  double log_prob(RealList &, Ints &, Out) const override { refuse(); }
  stan::math::var log_prob(VarList &, Ints &, Out) const override { refuse(); }
  double log_prob_jacobian(RealList &, Ints &, Out) const override { refuse(); }
  stan::math::var log_prob_jacobian(VarList &, Ints &, Out) const override { refuse(); }
  double log_prob_propto(RealList &, Ints &, Out) const override { refuse(); }
  stan::math::var log_prob_propto(VarList &, Ints &, Out) const override { refuse(); }
  double log_prob_propto_jacobian(RealList &, Ints &, Out) const override { refuse(); }
  stan::math::var log_prob_propto_jacobian(VarList &, Ints &, Out) const override { refuse(); }
  void transform_inits(const stan::io::var_context &, Reals &, Out) const override { refuse(); }
  void transform_inits(const stan::io::var_context &, Ints &, RealList &, Out) const override { refuse(); }
  void write_array(stan::rng_t &, Reals &, Reals &, bool, bool, Out) const override { refuse(); }
  void write_array(stan::rng_t &, RealList &, Ints &, RealList &, bool, bool, Out) const override {
    refuse();
  }
  void unconstrain_array(const Reals &, Reals &, Out) const override { refuse(); }
  void unconstrain_array(const RealList &, RealList &, Out) const override { refuse(); }

private:
  [[noreturn]] static void refuse() { throw std::domain_error("not compiled"); }
};

} // namespace astragal::fuzz

#endif // ASTRAGAL_TESTS_FUZZ_STANGRADIENTS_H
