"""Synonyms in English, Portuguese and Chinese for the words that the model knows (the pack's lexicon)."""

GROUPS = {
    # subjects
    "person": "man woman boy girl child kid guy lady people human character hero heroine walker hiker explorer detective soldier astronaut "
              "dancer teacher farmer traveller traveler stranger he she pessoa homem mulher menino menina criança garoto garota rapaz moça "
              "personagem astronauta soldado detetive 人 男人 女人 男孩 女孩 孩子 小孩 人物 他 她 主角 宇航员 侦探",
    "car": "vehicle automobile taxi cab van truck jeep sedan bus carro automóvel veículo táxi caminhão ônibus 车 汽车 轿车 出租车 卡车 巴士",
    "dog": "puppy hound wolf fox cat horse animal cachorro cão cadela lobo raposa gato cavalo 狗 小狗 犬 狼 狐狸 猫 马 动物",
    "house": "home cabin cottage hut barn building shack casa cabana chalé casebre celeiro prédio 房子 房屋 小屋 木屋 家 建筑",
    "tree": "oak pine palm árvore carvalho pinheiro palmeira 树 大树 树木 橡树 松树 棕榈树",
    "boat": "ship sailboat yacht vessel canoe barco navio veleiro iate canoa 船 帆船 小船 轮船 游艇",
    "robot": "android droid machine cyborg mech robô androide máquina 机器人 机械人 机器",
    "ball": "sphere balloon football bola esfera balão 球 气球 足球 圆球",
    # colours
    "red": "crimson scarlet ruby maroon vermelho vermelha rubro rubra escarlate 红 红色 深红 红色的",
    "blue": "azure navy cyan turquoise teal azul azuis ciano turquesa 蓝 蓝色 青色 天蓝 蓝色的",
    "green": "emerald olive lime verde verdes esmeralda 绿 绿色 翠绿 绿色的",
    "yellow": "gold golden amber orange amarelo amarela dourado dourada laranja 黄 黄色 金色 橙色 黄色的",
    "white": "ivory pale silver branco branca prateado prateada 白 白色 银色 白色的",
    "purple": "violet magenta pink lilac roxo roxa violeta rosa lilás 紫 紫色 粉色 粉红 紫色的",
    # settings
    "desert": "dunes sahara sand wasteland canyon deserto dunas areia 沙漠 沙丘 戈壁 荒漠",
    "forest": "woods woodland jungle rainforest floresta bosque mata selva 森林 树林 丛林 林中",
    "city": "town downtown street urban skyline cidade rua centro avenida 城市 都市 街道 街上 市中心 城里",
    "beach": "shore coast seaside ocean lake harbour harbor praia costa litoral oceano lago mar porto 海滩 沙滩 海边 海岸 大海 海洋 湖 港口",
    "mountains": "mountain peaks alps hills cliff montanha montanhas serra montes colinas picos 山 山脉 高山 群山 山区 山上 山丘",
    "field": "meadow grassland plain prairie farm park garden campo prado pradaria planície fazenda parque jardim 田野 草地 草原 田 农场 公园 花园 原野",
    "snow": "snowy ice icy arctic winter tundra neve gelo inverno ártico 雪 雪地 冰 冬天 雪中 冰原",
    "room": "kitchen bedroom office interior inside studio house-interior hall quarto sala cozinha escritório interior dentro 房间 室内 屋内 卧室 厨房 办公室 客厅",
    # times
    "day": "daytime daylight morning afternoon midday dia manhã tarde 白天 日间 早上 上午 下午 白昼",
    "sunset": "dusk evening twilight pôr-do-sol crepúsculo entardecer anoitecer 日落 黄昏 傍晚 夕阳",
    "night": "midnight nighttime moonlight moonlit noite meia-noite luar 夜 夜晚 晚上 午夜 深夜 夜里 月光",
    "dawn": "daybreak amanhecer aurora alvorada madrugada 黎明 拂晓 清晨 日出 破晓",
    "noon": "meio-dia 正午 中午",
    # weather
    "clear": "sunny cloudless limpo claro ensolarado 晴 晴朗 晴天 晴空",
    "fog": "foggy mist misty haze hazy névoa neblina nevoeiro 雾 大雾 薄雾 雾中 雾气",
    "overcast": "cloudy gloomy rain rainy stormy storm nublado nublada chuva chuvoso encoberto tempestade 阴 阴天 多云 下雨 雨 雨天 暴风雨",
    # movement
    "standing": "stands waiting waits sitting sits posing parked resting parado parada esperando sentado sentada 站 站着 站立 停 停着 坐着 等待",
    "moving": "running runs driving drives sailing rolling rolls riding rides travelling andando correndo caminhando dirigindo navegando rolando movendo anda corre caminha 走 走着 跑 奔跑 移动 行驶 开车 行走",
    "walking": "walks strolling strolls",
    "jumping": "leaping leaps hopping hops bouncing bounces jump pulando saltando pula salta 跳 跳跃 跳起 蹦",
    "left": "leftward leftwards esquerda 左 左边 向左 左侧 左面",
    "right": "rightward rightwards direita 右 右边 向右 右侧 右面",
    "still": "static motionless imóvel 静止 不动",
    # function words
    "a": "um uma one 一个 一辆 一只 一条 一艘 一栋 一棵",
    "the": "o os as this that",
    "in": "em no na nos nas within através through 在",
    "on": "sobre upon",
    "with": "com",
    "and": "e 和",
    "of": "de do da dos das 的",
    "at": "ao à",
    "by": "near beside perto",
    "under": "beneath below sob",
    "big": "large huge giant grande enorme 大 巨大",
    "small": "little tiny pequeno pequena 小",
    "lonely": "lone alone solitário solitária 孤独",
    "very": "muito muita 非常 很",
    "grey": "gray cinza 灰 灰色",
}

PHRASES = {
    "extreme wide shot": "wide shot", "establishing shot": "wide shot", "full shot": "wide shot", "very wide shot": "wide shot", "aerial shot": "wide shot",
    "medium wide shot": "medium shot", "medium long shot": "medium shot", "cowboy shot": "medium shot", "two shot": "medium shot", "mid shot": "medium shot", "medium full shot": "medium shot",
    "extreme close-up": "close-up", "medium close-up": "close-up", "big close-up": "close-up", "closeup": "close-up", "close shot": "close-up",
    "plano geral": "wide shot", "grande plano geral": "wide shot", "plano aberto": "wide shot", "plano médio": "medium shot", "plano americano": "medium shot",
    "primeiro plano": "close-up", "plano fechado": "close-up", "primeiríssimo plano": "close-up", "close": "close-up",
    "远景": "wide shot", "全景": "wide shot", "大远景": "wide shot", "中景": "medium shot", "中近景": "medium shot", "近景": "close-up", "特写": "close-up", "大特写": "close-up",
    "golden hour": "sunset", "blue hour": "dawn", "at sun rise": "at dawn", "sun rise": "dawn", "sun set": "sunset", "nascer do sol": "dawn", "pôr do sol": "sunset", "por do sol": "sunset",
    "céu limpo": "clear sky", "céu claro": "clear sky", "blue sky": "clear sky", "céu nublado": "overcast sky", "grey day": "overcast", "晴朗的天空": "clear sky",
    "para a esquerda": "moving left", "para a direita": "moving right", "à esquerda": "on the left", "à direita": "on the right", "no meio": "in the middle", "中间": "in the middle",
    "going to the left": "moving left", "going to the right": "moving right", "runs left": "moving left", "runs right": "moving right",
    "drives left": "moving left", "drives right": "moving right", "向左走": "moving left", "向右走": "moving right", "向左移动": "moving left", "向右移动": "moving right",
    "in the center": "in the middle", "in the centre": "in the middle", "living room": "room", "sala de estar": "room", "city street": "city street", "old man": "person", "old woman": "person", "young man": "person", "young woman": "person",
}


def build():
    table = {}
    for target, words in GROUPS.items():
        for word in words.split():
            if word != target:
                table.setdefault(word, target)
    for phrase, target in PHRASES.items():
        if phrase != target:
            table[phrase] = target
    return table


SYNONYMS = build()
