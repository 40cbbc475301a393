"""PyTorch: a small network that answers logits, by torch.onnx.export. `python export_pytorch.py FOLDER`"""

import sys
from pathlib import Path

import torch

from made_up import measurements, rehearse_line
from requests_file import write_requests

out = Path(sys.argv[1])
out.mkdir(parents=True, exist_ok=True)
x, y = measurements()
train, test = slice(0, 1800), slice(1800, None)
inputs, targets = torch.from_numpy(x[train]), torch.from_numpy(y[train])

for name, width in (("blue", 32), ("green", 64)):
    torch.manual_seed(1)
    model = torch.nn.Sequential(torch.nn.Linear(x.shape[1], width), torch.nn.ReLU(), torch.nn.Linear(width, 3))
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    for _ in range(300):
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(model(inputs), targets).backward()
        optimizer.step()
    model.eval()
    # A free first dimension: users send one row, batch jobs many. Large weights go to blue.onnx.data beside the file.
    rows = torch.export.Dim("rows")
    torch.onnx.export(
        model,
        (inputs[:2],),
        out / f"{name}.onnx",
        input_names=["x"],
        output_names=["logits"],
        dynamic_shapes=({0: rows},),
    )
    right = (model(torch.from_numpy(x[test])).argmax(1).numpy() == y[test]).mean()
    print(f"{name}: {right:.1%} of the test rows right")

write_requests(out / "golden.json", x[test][:400], y[test][:400], like=out / "blue.onnx")
write_requests(out / "traffic.json", x[test][400:], like=out / "blue.onnx")
rehearse_line(out)
