import time, gc
from tests.access.crawling import crawl
def test_time(stage):
    for mode in ("plain","freeze","nogc","plain"):
        if mode=="freeze": gc.freeze()
        if mode=="nogc": gc.disable()
        if mode=="plain": gc.unfreeze(); gc.enable()
        t=time.process_time(); w=time.time(); n=len(list(crawl(stage.world, stage.people))); print("TT",mode,n,round(time.process_time()-t,1), round(time.time()-w,1))
