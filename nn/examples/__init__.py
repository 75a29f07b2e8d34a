"""Things to check, each made from nothing but a generator: name(rng) -> (layer, inputs).

They show options away from their defaults, and layers whose constructor needs more than
numbers.
"""

from nn.examples.digits import digits_initial as digits_initial
from nn.examples.digits import digits_sigmoid as digits_sigmoid
from nn.examples.digits import digits_trained as digits_trained
from nn.examples.elementwise import clip_narrow as clip_narrow
from nn.examples.elementwise import elu_alpha_negative as elu_alpha_negative
from nn.examples.elementwise import elu_alpha_zero as elu_alpha_zero
from nn.examples.elementwise import gelu_tanh as gelu_tanh
from nn.examples.elementwise import hard_tanh_lopsided as hard_tanh_lopsided
from nn.examples.elementwise import leaky_relu_slope_negative as leaky_relu_slope_negative
from nn.examples.elementwise import leaky_relu_slope_zero as leaky_relu_slope_zero
from nn.examples.elementwise import power_broadcast as power_broadcast
from nn.examples.elementwise import softplus_beta as softplus_beta
from nn.examples.images import avg_pool_overlap as avg_pool_overlap
from nn.examples.images import avg_pool_remainder as avg_pool_remainder
from nn.examples.images import conv_depthwise as conv_depthwise
from nn.examples.images import conv_dilated_groups as conv_dilated_groups
from nn.examples.images import conv_one_pixel as conv_one_pixel
from nn.examples.images import conv_stride_2_remainder as conv_stride_2_remainder
from nn.examples.images import conv_stride_3_lopsided as conv_stride_3_lopsided
from nn.examples.images import conv_transpose_dilated_groups as conv_transpose_dilated_groups
from nn.examples.images import conv_transpose_stride_2 as conv_transpose_stride_2
from nn.examples.images import max_pool_overlap as max_pool_overlap
from nn.examples.images import max_pool_remainder as max_pool_remainder
from nn.examples.normalization import batch_norm_after_training as batch_norm_after_training
from nn.examples.normalization import batch_norm_images as batch_norm_images
from nn.examples.normalization import batch_norm_two_examples as batch_norm_two_examples
from nn.examples.normalization import dropout_after_training as dropout_after_training
from nn.examples.normalization import dropout_frozen as dropout_frozen
from nn.examples.normalization import dropout_random as dropout_random
from nn.examples.normalization import group_norm_images as group_norm_images
from nn.examples.normalization import layer_norm_two_axes as layer_norm_two_axes
from nn.examples.normalization import rms_norm as rms_norm
from nn.examples.sequences import attention_causal as attention_causal
from nn.examples.sequences import attention_masked as attention_masked
from nn.examples.sequences import gru_from_state as gru_from_state
from nn.examples.sequences import gru_from_zero as gru_from_zero
from nn.examples.sequences import linear_positions as linear_positions
from nn.examples.sequences import lstm_from_states as lstm_from_states
from nn.examples.sequences import lstm_from_zero as lstm_from_zero
from nn.examples.sequences import multi_head_cross_masked as multi_head_cross_masked
from nn.examples.sequences import multi_head_self as multi_head_self
from nn.examples.sequences import position_embedding_short as position_embedding_short
from nn.examples.sequences import rnn_from_state as rnn_from_state
from nn.examples.sequences import rnn_from_zero as rnn_from_zero
from nn.examples.structure import concatenate_three as concatenate_three
from nn.examples.structure import embedding_repeated as embedding_repeated
from nn.examples.structure import flatten_images as flatten_images
from nn.examples.structure import graph_shared_layer as graph_shared_layer
from nn.examples.structure import matmul_broadcast as matmul_broadcast
from nn.examples.structure import matmul_vectors as matmul_vectors
from nn.examples.structure import pad_two_axes as pad_two_axes
from nn.examples.structure import parallel_branches as parallel_branches
from nn.examples.structure import reshape_examples as reshape_examples
from nn.examples.structure import residual_block as residual_block
from nn.examples.structure import slice_backwards as slice_backwards
from nn.examples.structure import transpose_axes as transpose_axes
