// placeholder until the encoder lands
#pragma once
