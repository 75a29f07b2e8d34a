"""Which of the functions are right: pass, or fail with the kind that must show it."""

EXPECTED = {
    "torch_functions.py": {
        "Cube": "pass",
        "SetUpApart": "pass",
        "CubeLinear": "pass",
        "SquaresUpstream": "mismatch",
        "ClipsUpstream": "non-linear",
        "AbsoluteUpstream": "non-linear",
        "ZeroesUpstream": "shared-memory",
        "ClassLevelState": "stale",
        "ClippedLinear": "mismatch",
    },
    "jax_rules.py": {
        "cube": "pass",
        "matmul": "pass",
        "softplus": "pass",
        "cube_by_upstream": "non-linear",
        "softplus_halved": "mismatch",
    },
    "autograd_primitives.py": {
        "cube": "pass",
        "matmul": "pass",
        "cube_clipped": "non-linear",
    },
    "mygrad_operations.py": {
        "Cube": "pass",
        "Product": "pass",
        "CubeSquaredUpstream": "non-linear",
    },
}
