"""The preview decoder in one pass equals the published step-by-step reading of its layers."""

import torch
import torch.nn.functional as F

import taehv


def stepwise(model, latents):
    """Frame by frame with explicit memories, as a stream decoder works."""
    work = [(latents[:, :, i], 0) for i in range(latents.shape[2])]
    memory, out = {}, []
    while work:
        x, i = work.pop(0)
        if i == len(model.decoder):
            out.append(F.pixel_shuffle(x, model.patch) if model.patch > 1 else x)
            continue
        layer = model.decoder[i]
        if isinstance(layer, taehv.MemoryBlock):
            y = F.relu(layer.conv(torch.cat((x, memory.get(i, torch.zeros_like(x))), 1)) + x)
            memory[i] = x
            work.insert(0, (y, i + 1))
        elif isinstance(layer, taehv.Grow):
            work[:0] = [(y, i + 1) for y in layer.conv(x).chunk(layer.times, 1)]
        else:
            work.insert(0, (layer(x), i + 1))
    return torch.stack(out, 2)[:, :, 3:].clamp(0, 1) * 2 - 1


@torch.no_grad()
def test_one_pass_equals_frame_by_frame():
    model = taehv.TinyDecoder(48, 2, (16, 12, 8, 8)).eval()
    for parameter in model.parameters():
        parameter.mul_(2)
    latents = torch.randn(1, 48, 4, 3, 2)
    expected = stepwise(model, latents)
    assert expected.shape == (1, 3, 13, 48, 32)
    assert expected.std() > 0.1
    assert torch.allclose(model(latents), expected, atol=1e-5)


def test_weight_files_of_both_kinds_load_by_their_layer_names(tmp_path):
    from safetensors.torch import save_file

    model = taehv.TinyDecoder(16, 1)
    weights = {**model.state_dict(), "encoder.0.weight": torch.zeros(1)}
    torch.save(weights, tmp_path / "taew2_1.pth")
    save_file(weights, tmp_path / "taew2_1.safetensors")
    for name in ("taew2_1.pth", "taew2_1.safetensors"):
        loaded = taehv.load(tmp_path / name, 16, 1)
        assert all(torch.equal(value, weights[key]) for key, value in loaded.state_dict().items())
    assert {"decoder.3.conv.4.bias", "decoder.13.conv.weight", "decoder.22.weight"} <= set(weights)
