"""The network: a frame classifier over a line of 32 px height."""
import torch.nn as nn

HEIGHT, CAP_PX, BASELINE, STRIDE = 32, 20, 26, 2


def _convolution(inputs, outputs, kernel, stride=1, padding=1):
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, kernel, stride=stride, padding=padding, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU(inplace=True),
    )


class EtchNet(nn.Module):
    """[N, 1, 32, W] normalised grey levels to [N, W / 2, classes] logits; class 0 is «none»."""

    def __init__(self, symbols):
        super().__init__()
        self.features = nn.Sequential(
            _convolution(1, 16, 5, stride=2, padding=2),
            _convolution(16, 32, 3, stride=(2, 1)),
            _convolution(32, 32, 3),
            _convolution(32, 56, 3, stride=(2, 1)),
            _convolution(56, 56, 3),
            _convolution(56, 80, 3, stride=(2, 1)),
            _convolution(80, 80, 3),
            _convolution(80, 128, (2, 3), padding=(0, 1)),
        )
        # Eleven frames: little more than one character on either side, too few to learn which text is likely.
        self.along = nn.Sequential(
            nn.Conv1d(128, 128, 5, padding=2),
            nn.ReLU(inplace=True),
            nn.Dropout(0.1),
            nn.Conv1d(128, 96, 5, padding=2),
            nn.ReLU(inplace=True),
            nn.Conv1d(96, symbols + 1, 1),
        )

    def forward(self, lines):
        return self.along(self.features(lines)[:, :, 0]).transpose(1, 2)


def normalised(lines):
    """Grey levels to mean 0 and deviation 1 a line, cut at 4."""
    mean, deviation = lines.mean(dim=(2, 3), keepdim=True), lines.std(dim=(2, 3), keepdim=True)
    return ((lines - mean) / (deviation + 1e-3)).clamp(-4, 4)
