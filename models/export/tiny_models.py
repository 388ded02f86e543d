"""Tiny random models with fixed seeds, for tests. Nothing here has been trained."""

import io
import math

import sentencepiece
import torch
from diffusers import AutoencoderKLWan, WanTransformer3DModel
from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors
from torch import nn
from transformers import UMT5Config, UMT5EncoderModel
from transformers.convert_slow_tokenizer import import_protobuf

SEED = 20260822
TEXT_DIM = 32
MAX_TOKENS = 16

Z16_MEAN = [-0.7571, -0.7089, -0.9113, 0.1075, -0.1745, 0.9653, -0.1517, 1.5508,
            0.4134, -0.0715, 0.5517, -0.3632, -0.1922, -0.9497, 0.2503, -0.2921]  # fmt: skip
Z16_STD = [2.8184, 1.4541, 2.3275, 2.6558, 1.2196, 1.7708, 2.6052, 2.0743,
           3.2687, 2.1526, 2.8652, 1.5579, 1.6382, 1.1253, 2.8251, 1.916]  # fmt: skip
# Not those of Wan 2.2: a pattern that no two channels share.
Z48_MEAN = [round(0.6 * math.sin(1.7 * i + 0.3), 4) for i in range(48)]
Z48_STD = [round(0.9 + 0.35 * math.cos(0.9 * i), 4) for i in range(48)]

SENTENCES = [
    "A cat walks slowly through the rain at night, soft light, film grain.",
    "The camera pans left, then pushes forward to a close-up of the old man.",
    "Wide shot of a city street at dawn; people cross the road, cars wait.",
    "A red ball rolls on a green table. The dog looks up and runs after it.",
    "Tracking shot: a woman in a blue coat opens the door and smiles.",
    "blurry, low quality, distorted face, extra fingers, static picture, watermark",
    "An aerial view over the mountains, snow, clouds, golden hour, 35mm lens.",
    "Two children play in the garden while the sun goes down behind the trees.",
    "Café crème in Zürich, naïve piñata, Ærø, fiancée, jalapeño & co.",
    "一只猫在雨中慢慢地走。镜头向左移动。城市的夜晚，红色的灯光。",
    "雨の中を猫が歩く。カメラは左へ動く。",
    "قطة تمشي في المطر ليلا",
    "Кошка идёт под дождём, камера движется влево.",
    "a smile 😀 and a rocket 🚀, 100% fun!",
    "x < y && y > z; \"quotes\" and 'apostrophes' (brackets) [square] {curly} #1 @home",
]


def scaled(module, seed, gain=1.0):
    """Redraws every weight so that outputs depend visibly on every input."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, p in module.named_parameters():
            if p.ndim >= 2:
                fan = p[0].numel() if "embed_tokens" not in name and "shared" not in name else 1
                p.copy_(torch.randn(p.shape, generator=generator) * gain / math.sqrt(fan))
            elif "norm" in name or "gamma" in name:
                p.copy_(1 + 0.1 * torch.randn(p.shape, generator=generator))
            else:
                p.copy_(0.1 * torch.randn(p.shape, generator=generator))
    return module.eval().requires_grad_(False)


def sentencepiece_model():
    """A Unigram model as UMT5's: NMT NFKC character map, EOS 1, PAD 0, UNK 2."""
    written = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(SENTENCES * 4),
        model_writer=written,
        vocab_size=420,
        model_type="unigram",
        normalization_rule_name="nmt_nfkc",
        character_coverage=1.0,
        pad_id=0,
        eos_id=1,
        unk_id=2,
        bos_id=-1,
        hard_vocab_limit=False,
        num_threads=1,
        minloglevel=2,
    )
    return written.getvalue()


def tokenizer():
    """The same as tokenizer.json has it, with metaspace."""
    proto = import_protobuf().ModelProto()
    proto.ParseFromString(sentencepiece_model())
    pieces = [(p.piece, round(p.score, 5)) for p in proto.pieces]
    tok = Tokenizer(models.Unigram(pieces, unk_id=2, byte_fallback=False))
    tok.normalizer = normalizers.Sequence(
        [
            normalizers.Precompiled(proto.normalizer_spec.precompiled_charsmap),
            normalizers.Replace(Regex(" {2,}"), " "),
        ]
    )
    tok.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    tok.decoder = decoders.Metaspace(replacement="▁", prepend_scheme="always")
    tok.post_processor = processors.TemplateProcessing(single=["$A", "</s>"], special_tokens=[("</s>", 1)])
    tok.add_special_tokens(["<pad>", "</s>", "<unk>"])
    return tok


def text_encoder(vocab_size):
    config = UMT5Config(
        vocab_size=vocab_size,
        d_model=TEXT_DIM,
        d_kv=8,
        d_ff=64,
        num_layers=2,
        num_heads=4,
        relative_attention_num_buckets=8,
        relative_attention_max_distance=20,
        dropout_rate=0.0,
        feed_forward_proj="gated-gelu",
        pad_token_id=0,
        eos_token_id=1,
    )
    config._attn_implementation = "eager"
    return scaled(UMT5EncoderModel(config), SEED + 1, 0.7)


def vae16(base_dim=3):
    vae = AutoencoderKLWan(
        base_dim=base_dim, z_dim=16, dim_mult=[1, 1, 1, 1], num_res_blocks=1, temperal_downsample=[False, True, True],
        latents_mean=Z16_MEAN, latents_std=Z16_STD,
    )  # fmt: skip
    scaled(vae, SEED + 2)
    vae.decoder.conv_out.weight.mul_(0.4)  # few values outside [-1, 1]
    return vae


def vae48(base_dim=3):
    vae = AutoencoderKLWan(
        base_dim=base_dim, z_dim=48, dim_mult=[1, 1, 1, 1], num_res_blocks=1, temperal_downsample=[False, True, True],
        latents_mean=Z48_MEAN, latents_std=Z48_STD, is_residual=True, in_channels=12, out_channels=12,
        patch_size=2, scale_factor_spatial=16, scale_factor_temporal=4,
    )  # fmt: skip
    return scaled(vae, SEED + 3)


def wan_transformer(channels, head_dim, seed):
    transformer = WanTransformer3DModel(
        patch_size=(1, 2, 2), num_attention_heads=2, attention_head_dim=head_dim, in_channels=channels,
        out_channels=channels, text_dim=TEXT_DIM, freq_dim=256, ffn_dim=32, num_layers=2, cross_attn_norm=True,
        qk_norm="rms_norm_across_heads", rope_max_seq_len=32,
    )  # fmt: skip
    return scaled(transformer, seed)


class CameraTransformer(nn.Module):
    """The smallest denoiser with a time per latent frame and a camera input: one block of attention over all
    cells, one of cross attention, modulated by the frame's own time."""

    class Config:
        in_channels = 16
        text_dim = TEXT_DIM
        patch_size = (1, 2, 2)

    config = Config()

    def __init__(self, width=24, heads=2, camera=4):
        super().__init__()
        self.heads, self.width = heads, width
        self.patch = nn.Conv3d(16, width, (1, 2, 2), (1, 2, 2))
        self.camera_patch = nn.Conv3d(camera, width, (1, 2, 2), (1, 2, 2))
        self.time = nn.Linear(32, width)
        self.modulation = nn.Linear(width, 3 * width)
        self.qkv = nn.Linear(width, 3 * width)
        self.cross_q = nn.Linear(width, width)
        self.cross_kv = nn.Linear(TEXT_DIM, 2 * width)
        self.out = nn.Linear(width, 16 * 4)
        self.register_buffer("frequency", torch.exp(-math.log(10000.0) * torch.arange(16) / 16), persistent=False)

    def attend(self, q, k, v):
        q, k, v = (x.unflatten(-1, (self.heads, -1)).transpose(1, 2) for x in (q, k, v))
        return nn.functional.scaled_dot_product_attention(q, k, v).transpose(1, 2).flatten(2)

    def forward(self, hidden_states, timestep, encoder_hidden_states, camera):
        b, c, f, h, w = hidden_states.shape
        x = self.patch(hidden_states) + self.camera_patch(camera)
        x = x.permute(0, 2, 3, 4, 1).reshape(b, f, (h // 2) * (w // 2), self.width)
        angle = timestep[..., None] * self.frequency
        time = nn.functional.silu(self.time(torch.cat((angle.cos(), angle.sin()), -1)))
        scale, shift, gate = self.modulation(time)[:, :, None].chunk(3, -1)
        x = (x + x * scale + shift).flatten(1, 2)
        x = x + self.attend(*self.qkv(x).chunk(3, -1))
        x = x + self.attend(self.cross_q(x), *self.cross_kv(encoder_hidden_states).chunk(2, -1))
        x = (x.unflatten(1, (f, -1)) * (1 + gate)).flatten(1, 2)
        x = self.out(x).reshape(b, f, h // 2, w // 2, 2, 2, 16)
        return x.permute(0, 6, 1, 2, 4, 3, 5).reshape(b, 16, f, h, w)


def camera_transformer():
    return scaled(CameraTransformer(), SEED + 6, 0.8)
