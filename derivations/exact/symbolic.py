"""SymPy, loaded when something is first asked of it: who only counts models, or asks for help, doesn't wait for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import sympy
else:
    class _Later:
        def __getattr__(self, name: str) -> Any:
            import sympy  # noqa: PLC0415 - here alone

            return getattr(sympy, name)

    sympy = _Later()

__all__ = ["sympy"]
