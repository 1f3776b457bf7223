"""What can go wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import httpx


class UnreachableError(Exception):
    """The site did not answer, however often it was asked. A write may have been carried out."""


class ProblemError(Exception):
    """The site refused, and says why (RFC 9457). `code` names the kind of problem."""

    def __init__(self, status: int, code: str, detail: str, problem: dict[str, Any]) -> None:
        super().__init__(f"{status} {code}: {detail}")
        self.status = status
        self.code = code
        self.detail = detail
        self.errors: list[dict[str, Any]] = problem.get("errors", [])
        self.current: dict[str, Any] | None = problem.get("current")
        """With `changed_meanwhile`: what stands there now."""

    @classmethod
    def of(cls, response: httpx.Response) -> ProblemError:
        """Read an answer that is no good one, also from something in between that speaks no JSON."""
        try:
            problem = response.json()
        except ValueError:
            problem = {}
        if not isinstance(problem, dict):
            problem = {}
        detail = str(problem.get("detail") or response.text[:200])
        return cls(response.status_code, str(problem.get("code", "")), detail, problem)
