"""How good the uncalibrated models really are on what they never saw: read it before writing a policy."""

from __future__ import annotations

import numpy as np

from .systems import Trained

BANDS = ((0.92, 1.01), (0.75, 0.92), (0.60, 0.75), (0.0, 0.60))


def report(trained: Trained) -> str:
    confidence = trained.probabilities.max(axis=1)
    right = trained.probabilities.argmax(axis=1) == trained.truth
    lines = [
        f"{trained.decision_type}: {len(right)} held-out cases, {right.mean():.1%} right, "
        f"mean confidence {confidence.mean():.1%}"
    ]
    for low, high in BANDS:
        band = (confidence >= low) & (confidence < high)
        if band.any():
            lines.append(
                f"  confidence {low:.2f} to {min(high, 1):.2f}: {band.sum():4d} cases, "
                f"{int((~right[band]).sum()):3d} wrong ({np.mean(~right[band]):.1%})"
            )
    return "\n".join(lines)
