"""Random numbers a line, and random fields over lines."""
import math

import torch
import torch.nn.functional as F


def uniform(count, low, high):
    return torch.rand(count, 1, 1, 1) * (high - low) + low


def chance(count, probability):
    return torch.rand(count, 1, 1, 1) < probability


def field(count, height, width, feature_height, feature_width):
    """Smooth noise of unit deviation whose features are about that large, [count, 1, height, width]."""
    rows = max(2, math.ceil(height / feature_height)) + 1
    columns = max(2, math.ceil(width / feature_width)) + 1
    noise = F.interpolate(torch.randn(count, 1, rows, columns), (height, width), mode="bilinear", align_corners=False)
    return noise / (noise.std(dim=(2, 3), keepdim=True) + 1e-6)
