"""Functions with rules of their own, right and wrong."""

import jax
import jax.numpy as jnp


@jax.custom_vjp
def cube(x):
    return x**3


cube.defvjp(lambda x: (x**3, x), lambda x, g: (3 * x**2 * g,))


@jax.custom_vjp
def cube_by_upstream(x):
    return x**3


cube_by_upstream.defvjp(lambda x: (x**3, x), lambda x, g: (3 * x**2 * jnp.abs(g),))


@jax.custom_vjp
def matmul(x, w):
    return x @ w


matmul.defvjp(lambda x, w: (x @ w, (x, w)), lambda kept, g: (g @ kept[1].T, kept[0].T @ g))


@jax.custom_jvp
def softplus(x):
    return jnp.logaddexp(x, 0.0)


@softplus.defjvp
def _softplus_jvp(primals, tangents):
    (x,), (t,) = primals, tangents
    return softplus(x), t / (1 + jnp.exp(-x))


@jax.custom_jvp
def softplus_halved(x):
    return jnp.logaddexp(x, 0.0)


@softplus_halved.defjvp
def _softplus_halved_jvp(primals, tangents):
    (x,), (t,) = primals, tangents
    return softplus_halved(x), 0.5 * t / (1 + jnp.exp(-x))
