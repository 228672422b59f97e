"""Which predicted record stands for which annotated one: the assignment with the best total agreement."""

from __future__ import annotations

from collections.abc import Sequence


def best_assignment(weights: Sequence[Sequence[int]]) -> list[tuple[int, int]]:
    """The one-to-one pairs (row, column), in order of rows, whose weights' sum is the greatest possible.

    ``weights`` is a full matrix of integers >= 0.  As many pairs as the shorter side has, O(rows² · columns): the
    Hungarian method with potentials, row by row.  Of equal assignments always the same one is found.
    """
    rows = len(weights)
    columns = len(weights[0]) if rows else 0
    if not rows or not columns:
        return []
    if rows > columns:
        turned = [list(line) for line in zip(*weights, strict=True)]
        return sorted((row, column) for column, row in best_assignment(turned))
    row_potential = [0] * (rows + 1)
    column_potential = [0] * (columns + 1)
    row_of = [0] * (columns + 1)  # 1-based; column 0 holds the row being placed
    for row in range(1, rows + 1):
        row_of[0] = row
        least: list[int | None] = [None] * (columns + 1)
        way = [0] * (columns + 1)
        used = [False] * (columns + 1)
        column = 0
        while row_of[column]:
            used[column] = True
            here = row_of[column]
            delta: int | None = None
            following = 0
            for other in range(1, columns + 1):
                if used[other]:
                    continue
                # Costs are the negated weights: the method minimises.
                cost = -weights[here - 1][other - 1] - row_potential[here] - column_potential[other]
                best = least[other]
                if best is None or cost < best:
                    least[other] = best = cost
                    way[other] = column
                if delta is None or best < delta:
                    delta, following = best, other
            if delta is None:  # unreachable: there are at least as many columns as rows
                break
            for other in range(columns + 1):
                if used[other]:
                    row_potential[row_of[other]] += delta
                    column_potential[other] -= delta
                else:
                    reached = least[other]
                    if reached is not None:
                        least[other] = reached - delta
            column = following
        while column:
            row_of[column] = row_of[way[column]]
            column = way[column]
    return sorted((row_of[column] - 1, column - 1) for column in range(1, columns + 1) if row_of[column])
