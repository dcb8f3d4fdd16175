// Special functions that the runtime has, with their derivatives. A partial that nobody asks for is not computed.

real owens_t(real h, real a) {
  real g = exp(-0.5 * h * h);
  return tg_with_partials(tg_owens_t(h, a),
                          h, -0.5 * erf(a * h / sqrt2()) * g / sqrt(2 * pi()),
                          a, exp(-0.5 * h * h * (1 + a * a)) / ((1 + a * a) * 2 * pi()));
}
