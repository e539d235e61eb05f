"""What a camera makes of a line on brushed steel or on a sticker."""
import math

import torch
import torch.nn.functional as F

from lines import CANVAS_BASELINE, COLUMNS, ROWS, WIDTH
from network import HEIGHT, normalised
from noise import chance, field, uniform

# Masks are resampled from an image at half the atlas's scale, 1.3 times the network's.
MASK_SCALE = 1.3


def photographed(masks, x, y):
    """Masks [N, canvas] and the canvas place of every pixel → normalised lines [N, 1, HEIGHT, WIDTH]."""
    ink = _seen_through(_worn(masks.float()[:, None] / 255), x, y)
    return normalised(torch.round(_sensed(_lit(ink)).clamp(0, 255)))


def _noise(count, rows, columns):
    return field(count, HEIGHT, WIDTH, rows, columns)


def _worn(mask):
    """Strokes made too strong or too faint by the tool."""
    kind = torch.rand(mask.shape[0], 1, 1, 1)
    thick, thicker = F.max_pool2d(mask, 3, 1, 1), F.max_pool2d(mask, 5, 1, 2)
    thinner = 0.5 * (mask - F.max_pool2d(-mask, 3, 1, 1))
    return torch.where(kind < 0.2, thick, torch.where(kind < 0.3, thinner, torch.where(kind < 0.36, thicker, mask)))


def _seen_through(mask, x, y):
    count = mask.shape[0]
    mask = F.avg_pool2d(F.pad(mask, (0, 1, 0, 1)), 2, 1)
    mask = F.interpolate(mask, scale_factor=0.5, mode="bilinear", antialias=True)
    across = x * MASK_SCALE / mask.shape[3] * 2 - 1
    down = (y * MASK_SCALE + CANVAS_BASELINE / 2) / mask.shape[2] * 2 - 1
    mask = F.grid_sample(mask, torch.stack([across, down], -1), mode="bilinear", align_corners=False)
    ragged = chance(count, 0.5) * uniform(count, 0, 0.3)
    return torch.where(ragged > 0, torch.sigmoid((mask - 0.5 + ragged * _noise(count, 1.5, 1.5)) * 7), mask)


def _lit(ink):
    """Ground, glare, contrast, relief, residue, frames and neighbouring lines: grey levels."""
    count = ink.shape[0]
    steel = chance(count, 0.7).float()
    streaks = _noise(count, 1, 60) * chance(count, 0.7) + 0.6 * _noise(count, 1, 9) + 0.5 * _noise(count, 2, 120)
    ground = uniform(count, 40, 230) + uniform(count, 0, 40) * _noise(count, 20, 120)
    ground = ground + steel * uniform(count, 0, 22) * streaks
    ground = ground + steel * chance(count, 0.2) * uniform(count, 0, 14) * _noise(count, 30, 1)
    slant = uniform(count, -0.6, 0.6) * (ROWS - HEIGHT / 2)
    band = torch.exp(-(((COLUMNS - uniform(count, 0, WIDTH) + slant) / uniform(count, 14, 100)) ** 2))
    ground = ground + chance(count, 0.4) * uniform(count, 20, 160) * band
    contrast = uniform(count, 0.12, 0.95) * (1 + 0.35 * _noise(count, 60, 60) * chance(count, 0.6))
    contrast = contrast.clamp(0.06, 1)
    bright = ground + (255 - ground).clamp(min=40) * contrast
    stroke = torch.where(chance(count, 0.88), ground * (1 - contrast), bright)
    stroke = stroke + uniform(count, 0, 10) * _noise(count, 1.5, 1.5)
    level = ground * (1 - ink) + stroke * ink
    down, across = (slope[:, None] for slope in torch.gradient(ink[:, 0], dim=(1, 2)))
    relief = across * uniform(count, -1, 1) + down * uniform(count, -1, 1)
    level = level + chance(count, 0.4) * uniform(count, 0, 90) * relief
    level = _stained(level)
    return _neighboured(level, ink, stroke)


def _stained(level):
    """Remains of a cover, and the edge of a frame or a sticker above and below."""
    count = level.shape[0]
    opacity = torch.sigmoid((_noise(count, 7, 10) - uniform(count, 0.8, 2.2)) * 8) * uniform(count, 0.2, 0.7)
    stained = level * (1 - opacity) + opacity * uniform(count, 100, 215)
    level = torch.where(chance(count, 0.25), stained, level)
    away = torch.abs(ROWS - uniform(count, 6, 26)) - uniform(count, 12, 28)
    edge = torch.sigmoid(away * 2 + 2 * _noise(count, 4, 14))
    return torch.where(chance(count, 0.15), level + edge * uniform(count, -60, 60), level)


def _neighboured(level, ink, stroke):
    """Parts of another line, as where lines stand close."""
    count = level.shape[0]
    other = torch.roll(ink, 1, 0)
    side = torch.where(torch.rand(count, 1, 1, 1) < 0.5, -1.0, 1.0)
    down = (ROWS[None] + (uniform(count, 22, 28) * side)[:, 0]) / HEIGHT * 2 - 1
    across = (COLUMNS / WIDTH * 2 - 1).expand(count, HEIGHT, WIDTH)
    other = F.grid_sample(other, torch.stack([across, down], -1), align_corners=False)
    return torch.where(chance(count, 0.25), level * (1 - other) + stroke * other, level)


def _sensed(level):
    """Resampling, blur, noise, sharpening and block coding."""
    count = level.shape[0]
    factor = float(torch.empty(1).uniform_(0.4, 0.9))
    small = F.interpolate(level, scale_factor=factor, mode="bilinear", antialias=True)
    small = F.interpolate(small, (HEIGHT, WIDTH), mode="bicubic", align_corners=False)
    level = torch.where(chance(count, 0.5), small, level)
    spread, share = torch.rand(count, 1, 1, 1) ** 2 * 1.9, torch.rand(count, 1, 1, 1)
    level = _blurred(level, spread * (0.4 + 0.6 * share), spread * (1 - 0.6 * share))
    coarse = F.interpolate(torch.randn(count, 1, HEIGHT // 2, WIDTH // 2), (HEIGHT, WIDTH), mode="bilinear", align_corners=False)
    grain = torch.where(chance(count, 0.5), torch.randn_like(level), coarse * 1.6)
    level = level + uniform(count, 0, 1) ** 2 * 22 * grain
    one = torch.ones(count, 1, 1, 1)
    level = level + chance(count, 0.3) * uniform(count, 0, 1.2) * (level - _blurred(level, one, one))
    return torch.where(chance(count, 0.5), _block_coded(level.clamp(0, 255), uniform(count, 1, 9)), level)


def _blurred(lines, down, across):
    """Gaussian blur with a deviation of its own a line and direction, px."""
    taps = torch.arange(-5, 6).float()

    def kernel(sigma):
        weights = torch.exp(-(taps**2) / (2 * sigma.view(-1).clamp(min=0.05)[:, None] ** 2))
        return weights / weights.sum(1, keepdim=True)

    count = lines.shape[0]
    lines = F.pad(lines.transpose(0, 1), (0, 0, 5, 5), mode="replicate")
    lines = F.conv2d(lines, kernel(down)[:, None, :, None], groups=count)
    lines = F.pad(lines, (5, 5, 0, 0), mode="replicate")
    return F.conv2d(lines, kernel(across)[:, None, None, :], groups=count).transpose(0, 1)


_COSINES = torch.tensor(
    [[math.sqrt((1 if k == 0 else 2) / 8) * math.cos((2 * n + 1) * k * math.pi / 16) for n in range(8)] for k in range(8)]
)


def _block_coded(lines, strength):
    """Quantised 8 × 8 cosine blocks, as JPEG leaves them."""
    count = lines.shape[0]
    blocks = lines.view(count, HEIGHT // 8, 8, WIDTH // 8, 8).permute(0, 1, 3, 2, 4)
    order = torch.arange(8)
    steps = (1 + (order[:, None] + order[None]) * 0.9) * strength.view(count, 1, 1, 1, 1)
    blocks = _COSINES.T @ (torch.round((_COSINES @ blocks @ _COSINES.T) / steps) * steps) @ _COSINES
    return blocks.permute(0, 1, 3, 2, 4).reshape(count, 1, HEIGHT, WIDTH)
