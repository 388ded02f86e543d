"""Muon for matrices and kernels, Adam for the rest, on float32 masters of possibly bfloat16 weights."""
import torch

ADAM_NAMES = ("film", "shared", "leave", "words", "places", "table", "gain", "first")


def orthogonalise(g, steps=5):
    """Newton-Schulz towards the nearest orthogonal matrix (Jordan et al., 2024), in bfloat16."""
    a, b, c = 3.4445, -4.7750, 2.0315
    x = g.to(torch.bfloat16)
    tall = x.shape[0] > x.shape[1]
    x = x.t().contiguous() if tall else x
    x = x / (x.norm() + 1e-7)
    for _ in range(steps):
        s = x @ x.t()
        x = a * x + (b * s + c * (s @ s)) @ x
    return (x.t() if tall else x).to(torch.float32)


class Optimiser:
    """`modules` maps a name to a module; `step(lr)` takes lr in (0, 1], a fraction of the peak rates."""

    def __init__(self, modules, muon_rate=0.02, adam_rate=2e-3, ema_decay=0.995):
        self.muon_rate, self.adam_rate, self.ema_decay = muon_rate, adam_rate, ema_decay
        self.params = {f"{m}.{n}": p for m, module in modules.items() for n, p in module.named_parameters()}
        self.master = {n: p.detach().to(torch.float32).clone() for n, p in self.params.items()}
        self.ema = {n: p.clone() for n, p in self.master.items()}
        self.state = {n: {} for n in self.params}
        self.count = 0

    def step(self, lr):
        self.count += 1
        grads = {n: p.grad.to(torch.float32) for n, p in self.params.items() if p.grad is not None}
        norm = torch.sqrt(sum(g.square().sum() for g in grads.values()))
        clip = min(1.0, 1.0 / (float(norm) + 1e-6))
        decay = min(self.ema_decay, (1 + self.count) / (10 + self.count))
        for name, grad in grads.items():
            w, s = self.master[name], self.state[name]
            if w.ndim >= 2 and not any(k in name for k in ADAM_NAMES):
                self.muon(w, s, grad, lr)
            else:
                self.adam(w, s, grad * clip, lr)
            self.params[name].data.copy_(w)
            self.params[name].grad = None
        for name, w in self.master.items():
            self.ema[name].lerp_(w, 1 - decay)
        return float(norm)

    def muon(self, w, s, grad, lr):
        m = s.setdefault("m", torch.zeros_like(w))
        m.lerp_(grad, 0.05)
        update = grad.lerp(m, 0.95).reshape(w.shape[0], -1)
        update = orthogonalise(update)
        rate = self.muon_rate * lr
        w.mul_(1 - 0.02 * rate)
        w.add_(update.reshape(w.shape), alpha=-rate * max(1.0, w.shape[0] / update.shape[1]) ** 0.5)

    def adam(self, w, s, grad, lr):
        m, v = s.setdefault("m", torch.zeros_like(w)), s.setdefault("v", torch.zeros_like(w))
        m.lerp_(grad, 0.1)
        v.lerp_(grad.square(), 0.02)
        n = s["n"] = s.get("n", 0) + 1
        w.add_((m / (1 - 0.9 ** n)) / ((v / (1 - 0.98 ** n)).sqrt() + 1e-8), alpha=-self.adam_rate * lr)

    def state_dict(self):
        return {"master": self.master, "ema": self.ema, "state": self.state, "count": self.count}

    def load_state_dict(self, saved):
        self.count, self.state = saved["count"], saved["state"]
        for name, p in self.params.items():
            self.master[name].copy_(saved["master"][name])
            self.ema[name].copy_(saved["ema"][name])
            p.data.copy_(self.master[name])
