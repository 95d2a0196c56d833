"""Where can I park, whoever runs the car park?"""
