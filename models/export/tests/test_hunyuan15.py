"""HunyuanVideo-1.5: a graph without masks says what the masked one says."""

import torch

import hunyuan15_export as hunyuan
import hunyuan15_fixtures as fixtures


def test_masked_and_unmasked_graphs_agree():
    model = fixtures.transformer(False)
    inputs = hunyuan.example_inputs(model, (2, 2, 2), 9, 5, 0, used=(6, 0), generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        masked = hunyuan.TransformerGraph(model)(*inputs.values())
        x, t, e, e2 = list(inputs.values())[:4]
        alone = hunyuan.UnmaskedTransformerGraph(model)(x, t, e[:, :6], e2[:, :0])
    assert (masked - alone).abs().max() < 1e-5
