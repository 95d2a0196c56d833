"""How warm is the water, and is it advised to bathe?"""
