"""Whether the light carries: enough, not too much, even, and without a colour of its own."""

from __future__ import annotations

import numpy as np

from vesicle.skin.gate.look import LUMINANCE, NAMES, REGIONS_OF_LIGHT, Look
from vesicle.skin.gate.quality import Problem

DARKEST_SKIN = 0.01
MOST_BLOWN = 0.03
MOST_SIDES = 1.6
MOST_TOP = 2.0
MOST_CAST = 0.12


def check(look: Look, facts: dict[str, float]) -> list[Problem]:
    found=[]
    skins={r:look.skin(r) for r in REGIONS_OF_LIGHT}
    for region,skin in skins.items():
        facts[f"light_{region}"] = float(np.median(skin @ LUMINANCE))
        facts[f"blown_{region}"] = float((skin.max(1) > 0.98).mean())
    allskin=np.concatenate(list(skins.values()))
    facts["blown"]=float((allskin.max(1)>.98).mean())
    w=look.eye_white()
    y=w@LUMINANCE
    top=w[y>np.percentile(y,75)]
    facts["eye_white"]=float(np.percentile(y,90)); facts["eye_blown"]=float((w.max(1)>.98).mean())
    m=np.median(top,0); facts["eye_rg"]=float(np.log10(m[0]/m[1])); facts["eye_gb"]=float(np.log10(m[1]/m[2]))
    m=np.median(allskin,0); facts["skin_rg"]=float(np.log10(m[0]/m[1])); facts["skin_gb"]=float(np.log10(m[1]/m[2]))
    m=np.zeros(look.frame.shape,bool)
    for r in ("forehead","cheek-left","cheek-right","chin","under-eye-left","under-eye-right","nasolabial-left","nasolabial-right","crows-feet-left","crows-feet-right"): m|=look.frame.region(r)
    yy,xx=np.nonzero(m); v=np.log(np.maximum(look.frame.linear[m]@LUMINANCE,1e-3))
    c=look.frame.points[[168,1],:2].mean(0)
    X=np.stack([xx-c[0],yy-c[1],(xx-c[0])**2/1000,np.ones(len(xx))],1)
    wt=np.ones(len(xx))
    for _ in range(4):
        b,*_r=np.linalg.lstsq(X*wt[:,None],v*wt,rcond=None); r=v-X@b; wt=1/np.sqrt(1+(r/.15)**2)
    facts["slope_lr"]=float(np.exp(60*abs(b[0]))); facts["slope_tb"]=float(np.exp(-100*b[1]))
    facts["lr"]=facts["light_cheek-left"]/facts["light_cheek-right"]; facts["tb"]=facts["light_forehead"]/facts["light_chin"]
    s=np.array(look.calibration.slope)*look.face.px_per_mm*60; facts["card_lr"]=float(np.exp(abs(s[0]))); facts["card_tb"]=float(np.exp(-s[1]))
    g=np.log10(look.calibration.gains); facts["cast"]=float(g.max()-g.min()); facts["gain"]=float(look.calibration.gains[1]); facts["card"]=float(look.calibration.kind=="card")
    return found
