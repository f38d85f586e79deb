package turbo

// sink keeps the cases of Light.
var sink [256]uint8

// Light has a block of code for each lane, so that engines that see edges only, as
// that of go test -fuzz, see lanes too. [Lanes.Light] is for this engine.
func Light(lane uint8) {
	switch lane {
	case 0:
		sink[0]++
	case 1:
		sink[1]++
	case 2:
		sink[2]++
	case 3:
		sink[3]++
	case 4:
		sink[4]++
	case 5:
		sink[5]++
	case 6:
		sink[6]++
	case 7:
		sink[7]++
	case 8:
		sink[8]++
	case 9:
		sink[9]++
	case 10:
		sink[10]++
	case 11:
		sink[11]++
	case 12:
		sink[12]++
	case 13:
		sink[13]++
	case 14:
		sink[14]++
	case 15:
		sink[15]++
	case 16:
		sink[16]++
	case 17:
		sink[17]++
	case 18:
		sink[18]++
	case 19:
		sink[19]++
	case 20:
		sink[20]++
	case 21:
		sink[21]++
	case 22:
		sink[22]++
	case 23:
		sink[23]++
	case 24:
		sink[24]++
	case 25:
		sink[25]++
	case 26:
		sink[26]++
	case 27:
		sink[27]++
	case 28:
		sink[28]++
	case 29:
		sink[29]++
	case 30:
		sink[30]++
	case 31:
		sink[31]++
	case 32:
		sink[32]++
	case 33:
		sink[33]++
	case 34:
		sink[34]++
	case 35:
		sink[35]++
	case 36:
		sink[36]++
	case 37:
		sink[37]++
	case 38:
		sink[38]++
	case 39:
		sink[39]++
	case 40:
		sink[40]++
	case 41:
		sink[41]++
	case 42:
		sink[42]++
	case 43:
		sink[43]++
	case 44:
		sink[44]++
	case 45:
		sink[45]++
	case 46:
		sink[46]++
	case 47:
		sink[47]++
	case 48:
		sink[48]++
	case 49:
		sink[49]++
	case 50:
		sink[50]++
	case 51:
		sink[51]++
	case 52:
		sink[52]++
	case 53:
		sink[53]++
	case 54:
		sink[54]++
	case 55:
		sink[55]++
	case 56:
		sink[56]++
	case 57:
		sink[57]++
	case 58:
		sink[58]++
	case 59:
		sink[59]++
	case 60:
		sink[60]++
	case 61:
		sink[61]++
	case 62:
		sink[62]++
	case 63:
		sink[63]++
	case 64:
		sink[64]++
	case 65:
		sink[65]++
	case 66:
		sink[66]++
	case 67:
		sink[67]++
	case 68:
		sink[68]++
	case 69:
		sink[69]++
	case 70:
		sink[70]++
	case 71:
		sink[71]++
	case 72:
		sink[72]++
	case 73:
		sink[73]++
	case 74:
		sink[74]++
	case 75:
		sink[75]++
	case 76:
		sink[76]++
	case 77:
		sink[77]++
	case 78:
		sink[78]++
	case 79:
		sink[79]++
	case 80:
		sink[80]++
	case 81:
		sink[81]++
	case 82:
		sink[82]++
	case 83:
		sink[83]++
	case 84:
		sink[84]++
	case 85:
		sink[85]++
	case 86:
		sink[86]++
	case 87:
		sink[87]++
	case 88:
		sink[88]++
	case 89:
		sink[89]++
	case 90:
		sink[90]++
	case 91:
		sink[91]++
	case 92:
		sink[92]++
	case 93:
		sink[93]++
	case 94:
		sink[94]++
	case 95:
		sink[95]++
	case 96:
		sink[96]++
	case 97:
		sink[97]++
	case 98:
		sink[98]++
	case 99:
		sink[99]++
	case 100:
		sink[100]++
	case 101:
		sink[101]++
	case 102:
		sink[102]++
	case 103:
		sink[103]++
	case 104:
		sink[104]++
	case 105:
		sink[105]++
	case 106:
		sink[106]++
	case 107:
		sink[107]++
	case 108:
		sink[108]++
	case 109:
		sink[109]++
	case 110:
		sink[110]++
	case 111:
		sink[111]++
	case 112:
		sink[112]++
	case 113:
		sink[113]++
	case 114:
		sink[114]++
	case 115:
		sink[115]++
	case 116:
		sink[116]++
	case 117:
		sink[117]++
	case 118:
		sink[118]++
	case 119:
		sink[119]++
	case 120:
		sink[120]++
	case 121:
		sink[121]++
	case 122:
		sink[122]++
	case 123:
		sink[123]++
	case 124:
		sink[124]++
	case 125:
		sink[125]++
	case 126:
		sink[126]++
	case 127:
		sink[127]++
	case 128:
		sink[128]++
	case 129:
		sink[129]++
	case 130:
		sink[130]++
	case 131:
		sink[131]++
	case 132:
		sink[132]++
	case 133:
		sink[133]++
	case 134:
		sink[134]++
	case 135:
		sink[135]++
	case 136:
		sink[136]++
	case 137:
		sink[137]++
	case 138:
		sink[138]++
	case 139:
		sink[139]++
	case 140:
		sink[140]++
	case 141:
		sink[141]++
	case 142:
		sink[142]++
	case 143:
		sink[143]++
	case 144:
		sink[144]++
	case 145:
		sink[145]++
	case 146:
		sink[146]++
	case 147:
		sink[147]++
	case 148:
		sink[148]++
	case 149:
		sink[149]++
	case 150:
		sink[150]++
	case 151:
		sink[151]++
	case 152:
		sink[152]++
	case 153:
		sink[153]++
	case 154:
		sink[154]++
	case 155:
		sink[155]++
	case 156:
		sink[156]++
	case 157:
		sink[157]++
	case 158:
		sink[158]++
	case 159:
		sink[159]++
	case 160:
		sink[160]++
	case 161:
		sink[161]++
	case 162:
		sink[162]++
	case 163:
		sink[163]++
	case 164:
		sink[164]++
	case 165:
		sink[165]++
	case 166:
		sink[166]++
	case 167:
		sink[167]++
	case 168:
		sink[168]++
	case 169:
		sink[169]++
	case 170:
		sink[170]++
	case 171:
		sink[171]++
	case 172:
		sink[172]++
	case 173:
		sink[173]++
	case 174:
		sink[174]++
	case 175:
		sink[175]++
	case 176:
		sink[176]++
	case 177:
		sink[177]++
	case 178:
		sink[178]++
	case 179:
		sink[179]++
	case 180:
		sink[180]++
	case 181:
		sink[181]++
	case 182:
		sink[182]++
	case 183:
		sink[183]++
	case 184:
		sink[184]++
	case 185:
		sink[185]++
	case 186:
		sink[186]++
	case 187:
		sink[187]++
	case 188:
		sink[188]++
	case 189:
		sink[189]++
	case 190:
		sink[190]++
	case 191:
		sink[191]++
	case 192:
		sink[192]++
	case 193:
		sink[193]++
	case 194:
		sink[194]++
	case 195:
		sink[195]++
	case 196:
		sink[196]++
	case 197:
		sink[197]++
	case 198:
		sink[198]++
	case 199:
		sink[199]++
	case 200:
		sink[200]++
	case 201:
		sink[201]++
	case 202:
		sink[202]++
	case 203:
		sink[203]++
	case 204:
		sink[204]++
	case 205:
		sink[205]++
	case 206:
		sink[206]++
	case 207:
		sink[207]++
	case 208:
		sink[208]++
	case 209:
		sink[209]++
	case 210:
		sink[210]++
	case 211:
		sink[211]++
	case 212:
		sink[212]++
	case 213:
		sink[213]++
	case 214:
		sink[214]++
	case 215:
		sink[215]++
	case 216:
		sink[216]++
	case 217:
		sink[217]++
	case 218:
		sink[218]++
	case 219:
		sink[219]++
	case 220:
		sink[220]++
	case 221:
		sink[221]++
	case 222:
		sink[222]++
	case 223:
		sink[223]++
	case 224:
		sink[224]++
	case 225:
		sink[225]++
	case 226:
		sink[226]++
	case 227:
		sink[227]++
	case 228:
		sink[228]++
	case 229:
		sink[229]++
	case 230:
		sink[230]++
	case 231:
		sink[231]++
	case 232:
		sink[232]++
	case 233:
		sink[233]++
	case 234:
		sink[234]++
	case 235:
		sink[235]++
	case 236:
		sink[236]++
	case 237:
		sink[237]++
	case 238:
		sink[238]++
	case 239:
		sink[239]++
	case 240:
		sink[240]++
	case 241:
		sink[241]++
	case 242:
		sink[242]++
	case 243:
		sink[243]++
	case 244:
		sink[244]++
	case 245:
		sink[245]++
	case 246:
		sink[246]++
	case 247:
		sink[247]++
	case 248:
		sink[248]++
	case 249:
		sink[249]++
	case 250:
		sink[250]++
	case 251:
		sink[251]++
	case 252:
		sink[252]++
	case 253:
		sink[253]++
	case 254:
		sink[254]++
	case 255:
		sink[255]++
	}
}
