"""Trains etch-net and exports it.

    python3 train.py ATLAS.npz OUT_FOLDER [--seconds 4000] [--threads 1] [--resume CHECKPOINT.pt]
"""
import argparse
import json
import math
import os
import time

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

from camera import photographed
from glyph_atlas import SYMBOLS
from lines import WIDTH, Composer, frame_labels, geometry
from network import BASELINE, CAP_PX, HEIGHT, STRIDE, EtchNet

SEED, LINES_A_STEP, BEST_RATE, REPORT_SECONDS = 20261121, 32, 2.5e-3, 120


def greedy(logits):
    """Texts by the best class of each frame, runs merged, «none» dropped."""
    texts = []
    for frames in logits.argmax(2).numpy():
        runs = [symbol for before, symbol in zip([0, *frames], frames) if symbol != before and symbol]
        texts.append("".join(SYMBOLS[symbol - 1] for symbol in runs))
    return texts


def follow(average, network, share):
    with torch.no_grad():
        for kept, new in zip(average.state_dict().values(), network.state_dict().values()):
            kept.lerp_(new, share) if kept.dtype.is_floating_point else kept.copy_(new)


def export(network, folder):
    network.eval()
    torch.save(network.state_dict(), os.path.join(folder, "etch-net.pt"))
    torch.onnx.export(
        network,
        torch.zeros(1, 1, HEIGHT, WIDTH),
        os.path.join(folder, "etch-net.onnx"),
        input_names=["line"],
        output_names=["logits"],
        dynamic_axes={"line": {0: "n", 3: "w"}, "logits": {0: "n", 1: "t"}},
        opset_version=13,
    )
    description = {"charset": list(SYMBOLS), "heightPx": HEIGHT, "capHeightPx": CAP_PX, "baselinePx": BASELINE}
    with open(os.path.join(folder, "etch-net.json"), "w") as file:
        json.dump({**description, "stride": STRIDE}, file)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("atlas")
    parser.add_argument("folder")
    parser.add_argument("--seconds", type=float, default=4000)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--resume")
    options = parser.parse_args()
    os.makedirs(options.folder, exist_ok=True)
    torch.manual_seed(SEED)
    torch.set_num_threads(options.threads)
    composer = Composer(np.load(options.atlas), np.random.default_rng(SEED))
    network, average = EtchNet(len(SYMBOLS)), EtchNet(len(SYMBOLS))
    if options.resume:
        network.load_state_dict(torch.load(options.resume))
    average.load_state_dict(network.state_dict())
    optimiser = torch.optim.AdamW(network.parameters(), BEST_RATE, weight_decay=1e-3)
    started, step, reported = time.time(), 0, 0.0
    while (elapsed := time.time() - started) < options.seconds:
        falling = 0.5 * (1 + math.cos(math.pi * elapsed / options.seconds)) * 0.99 + 0.01
        for group in optimiser.param_groups:
            group["lr"] = BEST_RATE * min(1, (step + 1) / 200) * falling
        with torch.no_grad():
            masks, characters = zip(*(composer.line() for _ in range(LINES_A_STEP)))
            x, y = geometry(LINES_A_STEP)
            lines, labels = photographed(torch.from_numpy(np.stack(masks)), x, y), frame_labels(characters, x)
        network.train()
        loss = F.cross_entropy(network(lines).transpose(1, 2), labels, ignore_index=-1)
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(network.parameters(), 2.0)
        optimiser.step()
        step += 1
        # The average over the last steps reads better than any single one of them.
        follow(average, network, 1 - min(0.998, step / (step + 30)))
        if elapsed - reported > REPORT_SECONDS:
            reported = elapsed
            average.eval()
            with torch.no_grad():
                read = greedy(average(lines))
            truth = ["".join(SYMBOLS[symbol - 1] for symbol, _, _ in line) for line in characters]
            right = sum(a == b for a, b in zip(read, truth))
            print(f"{elapsed:.0f} s, step {step}: loss {loss.item():.3f}, {right} of {LINES_A_STEP} lines right", flush=True)
            torch.save(average.state_dict(), os.path.join(options.folder, "etch-net.pt"))
    export(average, options.folder)


if __name__ == "__main__":
    main()
